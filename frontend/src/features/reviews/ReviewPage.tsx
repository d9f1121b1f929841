import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { PageHead } from '@/components/Panel';
import { Rich } from '@/components/Rich';
import { EmptyState, ErrorState, Loading } from '@/components/States';
import { itemsQuery } from '@/features/reviews/calls';
import type { Kind } from '@/features/reviews/choices';
import { Item } from '@/features/reviews/Item';
import { Queue } from '@/features/reviews/Queue';
import styles from '@/features/reviews/ReviewPage.module.css';
import type { ReviewSearch } from '@/features/reviews/search';
import { usePageKeys } from '@/lib/keys';

interface Props {
  kind: Kind;
  search: ReviewSearch;
  onChange: (change: { [K in keyof ReviewSearch]?: ReviewSearch[K] | undefined }) => void;
}

/** What waits for a person: the queue, and the item that is looked at. */
export function ReviewPage({ kind, search, onChange }: Props) {
  const { t } = useTranslation('reviews');
  const list = useInfiniteQuery(itemsQuery(kind, search));
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const total = list.data?.pages[0]?.total ?? 0;
  // What was looked at may be decided elsewhere: then the next one stands in its place.
  const [place, setPlace] = useState(0);
  const found = rows.findIndex((one) => one.id === search.id);
  const at = found >= 0 ? found : Math.min(place, Math.max(rows.length - 1, 0));
  if (rows.length > 0 && at !== place) setPlace(at);
  const item = rows[at];
  const isFiltered = Boolean(search.entity ?? search.target);
  const go = (step: number) => {
    const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
    if (next) onChange({ id: next.id });
  };
  usePageKeys({ j: () => go(1), k: () => go(-1), ArrowDown: () => go(1), ArrowUp: () => go(-1) });

  return (
    <>
      <PageHead title={t(`title.${kind}`)}>{list.isSuccess && <span>{t(`count.${kind}`, { count: total })}</span>}</PageHead>
      {list.isPending && <Loading />}
      {list.isError && rows.length === 0 && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && total === 0 && !isFiltered && (
        <EmptyState icon="check" title={t(`none.${kind}`)}>
          <Rich text={t(`noneText.${kind}`)} />
        </EmptyState>
      )}
      {list.isSuccess && (total > 0 || isFiltered) && (
        <div className={styles.parts} data-picked={search.id !== undefined && item !== undefined}>
          <Queue rows={rows} total={total} picked={item?.id} search={search} onChange={onChange} onMore={() => void list.fetchNextPage()} />
          {item ? (
            <Item
              key={item.id}
              item={item}
              at={at}
              total={total}
              others={rows.filter((one) => one.target === item.target).length - 1}
              onBack={() => onChange({ id: undefined })}
              onStep={go}
              onDecided={() => onChange({ id: (rows[at + 1] ?? rows[at - 1])?.id })}
            />
          ) : (
            <EmptyState icon="filter" title={t('noMatch')} action={<Button onClick={() => onChange({ entity: undefined, target: undefined })}>{t('clear')}</Button>} />
          )}
        </div>
      )}
    </>
  );
}
