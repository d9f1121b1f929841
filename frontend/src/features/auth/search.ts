import { textIn, type Raw } from '@/lib/search';

export interface LoginSearch {
  /** Where to go once signed in; a path of this page, nothing else. */
  next?: string;
}

export function loginSearch(raw: Raw): LoginSearch {
  const next = textIn(raw, 'next');
  return next && /^\/(?![/\\])/.test(next) ? { next } : {};
}
