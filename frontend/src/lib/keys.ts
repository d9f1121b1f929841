import { useEffect, useRef } from 'react';

/** Keys count as commands only where they are not text, and no dialog is open. */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));

export const isBehindDialog = (): boolean => document.querySelector('dialog[open]') !== null;

/** A key on its own: not text, not a command of the browser, not behind a dialog. */
export const isCommand = (event: KeyboardEvent): boolean =>
  !event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target) && !isBehindDialog();

/** Keys of a page, by name as `KeyboardEvent.key` says it. */
export function usePageKeys(keys: Partial<Record<string, () => void>>): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const act = isCommand(event) ? latest.current[event.key] : undefined;
      if (!act) return;
      event.preventDefault();
      act();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
}
