import { present, textIn, type Raw } from '@/lib/search';

/** Filters of the commits, and the one that is looked at. */
export interface HistorySearch {
  rev?: string;
  entity?: string;
  client?: string;
  q?: string;
  conflict?: true;
}

export const historySearch = (raw: Raw): HistorySearch =>
  present({
    rev: textIn(raw, 'rev'),
    entity: textIn(raw, 'entity'),
    client: textIn(raw, 'client'),
    q: textIn(raw, 'q'),
    ...(raw['conflict'] === true ? { conflict: true as const } : {}),
  });
