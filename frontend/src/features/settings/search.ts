import { oneIn, present, type Raw } from '@/lib/search';

export const PARTS = ['policy', 'ignore', 'exports', 'users', 'tokens', 'about'] as const;
export type Part = (typeof PARTS)[number];

export const settingsSearch = (raw: Raw): { part?: Part } => present({ part: oneIn(raw, 'part', PARTS) });
