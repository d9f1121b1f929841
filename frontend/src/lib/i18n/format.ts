import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

const DAY_S = 86_400;
const STEPS = [
  ['year', 365 * DAY_S],
  ['month', 30 * DAY_S],
  ['day', DAY_S],
  ['hour', 3600],
  ['minute', 60],
] as const;

export interface Format {
  number: (value: number) => string;
  /** 12:03 */
  clock: (at: number) => string;
  /** 12:03:07.120, for logs */
  exact: (at: number) => string;
  /** 25 Nov 2026, 12:03 */
  moment: (at: number) => string;
  /** 5 minutes ago */
  ago: (at: number, now: number) => string;
  bytes: (size: number) => string;
}

/** Numbers and times in the words of a language. Times are seconds since 1970, as the gateway says them. */
export function format(language: string): Format {
  const numbers = new Intl.NumberFormat(language);
  const clock = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const exact = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3, hourCycle: 'h23' });
  const moment = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' });
  const size = new Intl.NumberFormat(language, { style: 'unit', unit: 'kilobyte', maximumFractionDigits: 1 });
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'medium' });
  return {
    number: (value) => numbers.format(value),
    clock: (at) => clock.format(at * 1000),
    exact: (at) => exact.format(at * 1000),
    moment: (at) => moment.format(at * 1000),
    bytes: (bytes) => size.format(bytes / 1000),
    ago(at, now) {
      const passed = now - at;
      if (passed > 30 * DAY_S) return day.format(at * 1000);
      const step = STEPS.find(([, length]) => Math.abs(passed) >= length);
      return step ? relative.format(-Math.trunc(passed / step[1]), step[0]) : relative.format(0, 'second');
    },
  };
}

export function useFormat(): Format {
  const { i18n } = useTranslation();
  return useMemo(() => format(i18n.language), [i18n.language]);
}
