import { oneIn, present, textIn, type Raw } from '@/lib/search';
import { VIEWS, type View } from '@/lib/views';

export const KINDS = ['drift', 'pending'] as const;

export interface ClientSearch {
  /** Edits in the files, or what main would change in them; left out: whichever there is. */
  kind?: (typeof KINDS)[number];
  view?: View;
  /** Only this entity, or this file. */
  only?: string;
}

export const clientSearch = (raw: Raw): ClientSearch =>
  present({ kind: oneIn(raw, 'kind', KINDS), view: oneIn(raw, 'view', VIEWS), only: textIn(raw, 'only') });
