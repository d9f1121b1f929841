import type { ReactNode } from 'react';
import styles from '@/components/StatusMark.module.css';

/** How a thing stands. Each has a shape of its own: the colour is never all that tells them apart. */
export type Tone = 'ok' | 'info' | 'warn' | 'danger' | 'conflict' | 'held' | 'paused' | 'neutral';

const SHAPES: Record<Tone, string> = {
  ok: 'M6 .8a5.200 5.200 0 1 1 0 10.400A5.200 5.200 0 0 1 6 .8ZM3.500 6.200l1.800 1.700 3.200-3.600',
  info: 'M1.500 4.300h8L7.400 2.200M10.500 7.700h-8l2.100 2.100',
  warn: 'M6 1.200 11 10.400H1zM6 4.800v2.400M6 8.800v.1',
  danger: 'M3.800.9h4.400l2.900 2.900v4.400l-2.900 2.900H3.800L.9 8.200V3.800zM4.300 4.300l3.400 3.400M7.700 4.300 4.300 7.700',
  conflict: 'M6 .7 11.300 6 6 11.300.7 6zM6 3.700v2.700M6 8.200v.1',
  held: 'M2 5.300h8v5.500H2zM3.800 5.300V3.400a2.200 2.200 0 0 1 4.400 0v1.900',
  paused: 'M6 .8a5.200 5.200 0 1 1 0 10.400A5.200 5.200 0 0 1 6 .8ZM4.700 4.200v3.600M7.300 4.200v3.600',
  neutral: 'M6 .8a5.200 5.200 0 1 1 0 10.400A5.200 5.200 0 0 1 6 .8ZM3.800 6h4.400',
};

/** Shape, word and colour. */
export function StatusMark({ tone, children, look = 'plain' }: { tone: Tone; children: ReactNode; look?: 'plain' | 'pill' }) {
  return (
    <span className={`${styles.mark} ${styles[tone]} ${look === 'pill' ? styles.pill : ''}`} data-tone={tone}>
      <svg className={styles.shape} viewBox="0 0 12 12" aria-hidden="true" focusable="false">
        <path d={SHAPES[tone]} />
      </svg>
      <span className={styles.word}>{children}</span>
    </span>
  );
}
