import { useState } from 'react';

/** A text that is being typed, beside the one that the address holds: the address follows later, and empties it when it is emptied. */
export function useTyped(held: string | undefined): [string, (text: string) => void] {
  const [text, setText] = useState(held ?? '');
  const [known, setKnown] = useState(held);
  if (held !== known) {
    setKnown(held);
    if (held === undefined) setText('');
  }
  return [text, setText];
}
