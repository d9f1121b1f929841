import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from '@/features/dashboard/Clients.module.css';
import { Tile } from '@/features/dashboard/Tile';
import type { ClientShown } from '@/lib/api/schema';

const TILE_WIDTH = 270;
const TILE_HEIGHT = 174;
const GAP = 12;
const SCROLLS_FROM = 24;

/** As many columns as fit; measured, since only the rows in sight are in the page. */
function useColumns(): [(box: HTMLElement | null) => void, number] {
  const [columns, setColumns] = useState(1);
  const [box, setBox] = useState<HTMLElement | null>(null);
  useEffect(() => {
    if (!box) return;
    const measure = () => setColumns(Math.max(1, Math.floor((box.clientWidth + GAP) / (TILE_WIDTH + GAP))));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    return () => observer.disconnect();
  }, [box]);
  return [setBox, columns];
}

/** A tile for each target. Any number of them: more pages are asked for as they come into sight. */
export function TileGrid({ rows, total, onMore }: { rows: ClientShown[]; total: number; onMore: () => void }) {
  const { t } = useTranslation('dashboard');
  const scroll = useRef<HTMLDivElement>(null);
  const [measure, columns] = useColumns();
  const count = Math.ceil(total / columns);
  // The virtualizer's functions change without its identity doing so; nothing here keeps them.
  // eslint-disable-next-line react-hooks/incompatible-library
  const lines = useVirtualizer({ count, getScrollElement: () => scroll.current, estimateSize: () => TILE_HEIGHT + GAP, overscan: 3 });
  const inSight = lines.getVirtualItems();
  const last = inSight.at(-1)?.index ?? 0;
  useEffect(() => {
    if ((last + 1) * columns > rows.length && rows.length < total) onMore();
  }, [last, columns, rows.length, total, onMore]);

  return (
    // A part that scrolls must be reachable by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div ref={scroll} className={`${styles.scroll} ${total > SCROLLS_FROM ? styles.long : ''}`} role="group" aria-label={t('clients')} tabIndex={total > SCROLLS_FROM ? 0 : undefined}>
      <div ref={measure} className={styles.tall} style={{ height: lines.getTotalSize() - GAP }}>
        {inSight.map(({ index, start }) => (
          <div
            key={index}
            className={styles.row}
            style={{ height: TILE_HEIGHT + GAP, transform: `translateY(${start}px)`, gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}
          >
            {rows.slice(index * columns, (index + 1) * columns).map((target) => (
              <Tile key={target.id} target={target} />
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}
