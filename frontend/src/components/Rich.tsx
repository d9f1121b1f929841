/** A text with commands in backquotes, as texts of languages have them. */
export function Rich({ text }: { text: string }) {
  return text.split('`').map((part, at) => (at % 2 === 1 ? <code key={at}>{part}</code> : part));
}
