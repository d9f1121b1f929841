import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { PageHead } from '@/components/Panel';
import { EmptyState, ErrorState, Loading } from '@/components/States';
import { Ago } from '@/components/Time';
import { VirtualTable, type Column } from '@/components/VirtualTable';
import { commitsQuery, type CommitLine } from '@/features/history/calls';
import { Commit } from '@/features/history/Commit';
import { Filters } from '@/features/history/Filters';
import styles from '@/features/history/HistoryPage.module.css';

const route = getRouteApi('/inside/history');
const NEAR_THE_END = 30;

/** What landed on main: the audit trail, as `git log` has it. */
export default function HistoryPage() {
  const { t } = useTranslation('history');
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: object) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const list = useInfiniteQuery(commitsQuery(search));
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const total = list.data?.pages[0]?.total ?? 0;
  const isFiltered = Boolean(search.entity ?? search.client ?? search.q ?? search.conflict);
  const more = (_: number, last: number) => {
    if (rows.length < total && last > rows.length - NEAR_THE_END && !list.isFetching) void list.fetchNextPage();
  };
  // What is being read stays when something newer lands.
  const [shown, setShown] = useState<string>();
  const picked = search.rev ?? rows.find((one) => one.revision === shown)?.revision ?? rows[0]?.revision;
  if (picked !== shown) setShown(picked);

  return (
    <>
      <PageHead title={t('title')}>{list.isSuccess && <span>{t('count', { count: total })}</span>}</PageHead>
      <Filters search={search} onChange={set} />
      {list.isPending && <Loading />}
      {list.isError && rows.length === 0 && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && total === 0 && (
        <EmptyState
          icon="history"
          title={t(isFiltered ? 'noMatch' : 'none')}
          action={isFiltered ? <Button onClick={() => set({ entity: undefined, client: undefined, q: undefined, conflict: undefined })}>{t('clear')}</Button> : undefined}
        >
          {t(isFiltered ? 'noMatchText' : 'noneText')}
        </EmptyState>
      )}
      {total > 0 && (
        <div className={styles.parts} data-picked={search.rev !== undefined}>
          <div className={styles.list}>
            <VirtualTable
              label={t('title')}
              columns={columns(t('subject'), t('when'))}
              count={rows.length}
              row={(at) => rows[at]}
              rowKey={(one) => one.revision}
              selected={picked}
              onSelect={(one) => set({ rev: one.revision })}
              onRange={more}
              height={52}
            />
          </div>
          {picked && <Commit key={picked} rev={picked} onBack={() => set({ rev: undefined })} />}
        </div>
      )}
    </>
  );
}

const columns = (subject: string, when: string): Column<CommitLine>[] => [
  { name: subject, width: 'minmax(0, 1fr)', cell: (one) => <Subject {...one} /> },
  { name: when, width: '110px', cell: (one) => <Ago at={one.at} /> },
];

function Subject({ subject, author }: CommitLine) {
  return (
    <span className={styles.subject}>
      <span title={subject}>{subject}</span>
      <small>{author.name}</small>
    </span>
  );
}
