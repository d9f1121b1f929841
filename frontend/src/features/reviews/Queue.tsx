import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { SearchBox } from '@/components/Field';
import { Ago } from '@/components/Time';
import styles from '@/features/reviews/Queue.module.css';
import type { ReviewSearch } from '@/features/reviews/search';
import type { ItemShown } from '@/lib/api/schema';

interface Props {
  rows: readonly ItemShown[];
  total: number;
  picked: string | undefined;
  search: ReviewSearch;
  onChange: (change: { id?: string; entity?: string | undefined; target?: string | undefined }) => void;
  onMore: () => void;
}

const ROW_PX = 64;
const NEAR_THE_END = 20;

/** What waits, a line each; only those in sight are in the page. */
export function Queue({ rows, total, picked, search, onChange, onMore }: Props) {
  const { t } = useTranslation('reviews');
  const scroll = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library
  const lines = useVirtualizer({ count: rows.length, getScrollElement: () => scroll.current, estimateSize: () => ROW_PX, overscan: 10 });
  const inSight = lines.getVirtualItems();
  const last = inSight.at(-1)?.index ?? 0;
  const wantsMore = rows.length < total && last > rows.length - NEAR_THE_END;
  useEffect(() => {
    if (wantsMore) onMore();
  }, [wantsMore, rows.length, onMore]);

  return (
    <nav className={styles.queue} aria-label={t('queue')}>
      <div className={styles.filters}>
        <SearchBox label={t('filter')} defaultValue={search.entity ?? ''} onChange={(event) => onChange({ entity: event.target.value || undefined })} />
        {search.target && (
          <Button look="quiet" icon="close" onClick={() => onChange({ target: undefined })}>
            {search.target}
          </Button>
        )}
      </div>
      <div ref={scroll} className={styles.scroll}>
        <ol style={{ height: lines.getTotalSize() }}>
          {inSight.map(({ index, start }) => {
            const one = rows[index];
            return one && (
              <li key={one.id} style={{ height: ROW_PX, transform: `translateY(${start}px)` }} aria-setsize={total} aria-posinset={index + 1}>
                <button type="button" className={styles.row} aria-current={one.id === picked || undefined} onClick={() => onChange({ id: one.id })}>
                  <span className={styles.entity}>{one.entity}</span>
                  <span className={styles.at}>{one.local_by.at !== null && <Ago at={one.local_by.at} />}</span>
                  <span className={styles.about}>
                    {one.field ?? t('whole')} · {one.target}
                  </span>
                </button>
              </li>
            );
          })}
        </ol>
      </div>
    </nav>
  );
}
