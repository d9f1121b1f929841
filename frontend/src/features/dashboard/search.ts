import { oneIn, present, textIn, type Raw } from '@/lib/search';

/** What a count of the dashboard shows when it is pressed. */
export const SHOWN = ['ready', 'notReady', 'Conflict', 'Held', 'Stalled'] as const;
export type Shown = (typeof SHOWN)[number];

export interface DashboardSearch {
  q?: string;
  type?: string;
  show?: Shown;
  /** Which recorded passes; left out: the live events. */
  passes?: 'all' | 'success' | 'failed';
}

export const dashboardSearch = (raw: Raw): DashboardSearch =>
  present({
    q: textIn(raw, 'q'),
    type: textIn(raw, 'type'),
    show: oneIn(raw, 'show', SHOWN),
    passes: oneIn(raw, 'passes', ['all', 'success', 'failed'] as const),
  });
