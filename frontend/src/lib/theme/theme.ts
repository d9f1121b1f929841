import { value } from '@/lib/value';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const named = document.documentElement.dataset['theme'];
const chosen = value<Theme>(named === 'light' || named === 'dark' ? named : 'system');

export const useTheme = chosen.use;

/** Switch at once, and remember it on this machine; `system` follows the system again. */
export function chooseTheme(theme: Theme): void {
  if (theme === 'system') {
    delete document.documentElement.dataset['theme'];
    localStorage.removeItem('theme');
  } else {
    document.documentElement.dataset['theme'] = theme;
    localStorage.setItem('theme', theme);
  }
  chosen.set(theme);
}
