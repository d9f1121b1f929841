import { useRouter } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { PAGES } from '@/app/shell/pages';
import { isBehindDialog, isTyping } from '@/lib/keys';

const GO_WITHIN_MS = 1200;

/** Keys that work everywhere: Ctrl+K, ?, /, and g with the letter of a page. */
export function useKeys({ onPalette, onHelp }: { onPalette: () => void; onHelp: () => void }): void {
  const router = useRouter();
  const gAt = useRef(0);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (isBehindDialog()) return;
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        onPalette();
        return;
      }
      if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
      const page = PAGES.find((one) => one.key === event.key);
      if (event.key === '?') onHelp();
      else if (event.key === '/') {
        const filter = document.querySelector<HTMLInputElement>('main input[type=search]');
        if (!filter) return;
        event.preventDefault();
        filter.focus();
      } else if (event.key === 'g') gAt.current = event.timeStamp;
      else if (page && event.timeStamp - gAt.current < GO_WITHIN_MS) {
        gAt.current = 0;
        void router.navigate({ to: page.to });
      }
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [router, onPalette, onHelp]);
}
