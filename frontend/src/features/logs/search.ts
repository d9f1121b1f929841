import { numberIn, oneIn, present, textIn, type Raw } from '@/lib/search';

export const LEVELS = ['debug', 'info', 'warning', 'error'] as const;
export const PERIODS = ['hour', 'day', 'week'] as const;

export interface LogsSearch {
  level?: (typeof LEVELS)[number];
  client?: string;
  target?: string;
  text?: string;
  period?: (typeof PERIODS)[number];
  /** Paused: nothing after this moment is shown. Left out: new lines come by themselves. */
  until?: number;
  /** The line whose details are shown. */
  line?: string;
}

export const logsSearch = (raw: Raw): LogsSearch =>
  present({
    level: oneIn(raw, 'level', LEVELS),
    client: textIn(raw, 'client'),
    target: textIn(raw, 'target'),
    text: textIn(raw, 'text'),
    period: oneIn(raw, 'period', PERIODS),
    until: numberIn(raw, 'until'),
    line: textIn(raw, 'line'),
  });
