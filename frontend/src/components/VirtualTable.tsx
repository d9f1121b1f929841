import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import styles from '@/components/VirtualTable.module.css';

export interface Column<T> {
  name: string;
  /** Its part of the line, in the words of `grid-template-columns`. */
  width: string;
  cell: (row: T) => ReactNode;
  /** Left out where there is little room. */
  isExtra?: boolean;
}

interface Props<T> {
  label: string;
  columns: readonly Column<T>[];
  count: number;
  /** Undefined: not here yet. */
  row: (at: number) => T | undefined;
  rowKey: (row: T) => string;
  selected?: string | undefined;
  onSelect?: (row: T) => void;
  /** Which rows are in sight, so that their pages can be asked for. */
  onRange?: (first: number, last: number) => void;
  height?: number;
}

/** A table of any length: only the rows in sight are in the page. j, k and arrows move the selection. */
export function VirtualTable<T>(props: Props<T>) {
  const { label, columns, count, row, rowKey, selected, onSelect, onRange, height = 32 } = props;
  const { t } = useTranslation();
  const scroll = useRef<HTMLDivElement>(null);
  // The virtualizer's functions change without its identity doing so; nothing here keeps them.
  // eslint-disable-next-line react-hooks/incompatible-library
  const rows = useVirtualizer({ count, getScrollElement: () => scroll.current, estimateSize: () => height, overscan: 12 });
  const inSight = rows.getVirtualItems();
  const first = inSight[0]?.index ?? 0;
  const last = inSight.at(-1)?.index ?? 0;
  useEffect(() => {
    onRange?.(first, last);
  }, [first, last, onRange]);

  const at = inSight.find(({ index }) => {
    const one = row(index);
    return one !== undefined && rowKey(one) === selected;
  })?.index;

  const move = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    if (!step || !onSelect) return;
    const next = Math.min(Math.max((at ?? (step > 0 ? first - 1 : first)) + step, 0), count - 1);
    const one = row(next);
    if (one) onSelect(one);
    rows.scrollToIndex(next);
    event.preventDefault();
  };
  const template = columns.map((column) => column.width).join(' ');

  return (
    <div className={styles.table} role="table" aria-label={label} aria-rowcount={count + 1} aria-colcount={columns.length}>
      <div role="rowgroup">
        <div className={styles.head} role="row" aria-rowindex={1} style={{ gridTemplateColumns: template }}>
          {columns.map((column) => (
            <span key={column.name} role="columnheader" className={column.isExtra ? styles.extra : undefined}>
              {column.name}
            </span>
          ))}
        </div>
      </div>
      {/* The rows scroll apart from their head, and by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex, jsx-a11y/no-noninteractive-element-interactions */}
      <div ref={scroll} className={styles.scroll} role="rowgroup" aria-label={t('rows')} tabIndex={0} onKeyDown={move}>
        <div className={styles.tall} role="presentation" style={{ height: rows.getTotalSize() }}>
          {inSight.map(({ index, start }) => {
            const one = row(index);
            return (
              // The table's own keys select as well: see `move`.
              // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
              <div
                key={index}
                role="row"
                aria-rowindex={index + 2}
                aria-selected={one && selected !== undefined ? rowKey(one) === selected : undefined}
                className={styles.row}
                style={{ gridTemplateColumns: template, height, transform: `translateY(${start}px)` }}
                onClick={() => one && onSelect?.(one)}
              >
                {columns.map((column) => (
                  <span key={column.name} role="cell" className={column.isExtra ? styles.extra : undefined}>
                    {one ? column.cell(one) : <span className={styles.bone} />}
                  </span>
                ))}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
