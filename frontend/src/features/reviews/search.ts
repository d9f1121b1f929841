import { present, textIn, type Raw } from '@/lib/search';

/** What waits is filtered by entity and target; `id` is the item that is looked at. */
export interface ReviewSearch {
  id?: string;
  entity?: string;
  target?: string;
}

export const reviewSearch = (raw: Raw): ReviewSearch => present({ id: textIn(raw, 'id'), entity: textIn(raw, 'entity'), target: textIn(raw, 'target') });
