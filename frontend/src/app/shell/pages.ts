import type { IconName } from '@/components/Icon';

/** The pages of the menu, in its order; `key` goes there after `g`. */
export const PAGES = [
  { name: 'dashboard', to: '/', icon: 'dashboard', key: 'd' },
  { name: 'conflicts', to: '/conflicts', icon: 'conflicts', key: 'c' },
  { name: 'approvals', to: '/approvals', icon: 'approvals', key: 'a' },
  { name: 'history', to: '/history', icon: 'history', key: 'h' },
  { name: 'logs', to: '/logs', icon: 'logs', key: 'l' },
  { name: 'settings', to: '/settings', icon: 'settings', key: 's' },
] as const satisfies readonly { name: string; to: string; icon: IconName; key: string }[];
