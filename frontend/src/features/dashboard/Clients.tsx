import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { SearchBox, SmallSelect } from '@/components/Field';
import { Panel } from '@/components/Panel';
import { Rich } from '@/components/Rich';
import { EmptyState, ErrorState, Loading } from '@/components/States';
import { TileGrid } from '@/features/dashboard/TileGrid';
import type { DashboardSearch, Shown } from '@/features/dashboard/search';
import { Unregistered } from '@/features/dashboard/Unregistered';
import styles from '@/features/dashboard/Clients.module.css';
import { clientsPageQuery, clientsQuery, type ClientFilter } from '@/lib/api/clients';
import { useTyped } from '@/lib/useTyped';

const ASKED: Record<Shown, ClientFilter> = {
  ready: { ready: true },
  notReady: { ready: false },
  Conflict: { condition: 'Conflict' },
  Held: { condition: 'Held' },
  Stalled: { condition: 'Stalled' },
};

/** What the gateway is asked for; it filters, not the page. */
const asked = ({ q, type, show }: DashboardSearch): ClientFilter => ({
  registered: true,
  ...(q ? { q } : {}),
  ...(type ? { type } : {}),
  ...(show ? ASKED[show] : {}),
});

interface Props {
  search: DashboardSearch;
  onChange: (change: DashboardSearch) => void;
}

export function Clients({ search, onChange }: Props) {
  const { t } = useTranslation('dashboard');
  const list = useInfiniteQuery(clientsQuery(asked(search)));
  const all = useQuery(clientsPageQuery({ registered: true, limit: 1 }));
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const isFiltered = Boolean(search.q ?? search.type ?? search.show);
  const clear = () => onChange({ q: undefined, type: undefined, show: undefined });
  return (
    <Panel title={t('clients')} aside={<Filters search={search} onChange={onChange} types={Object.keys(all.data?.counts['type'] ?? {})} />}>
      {list.isPending && <Loading />}
      {list.isError && rows.length === 0 && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && rows.length === 0 && (
        <EmptyState
          icon="filter"
          title={t(isFiltered ? 'noneMatch' : 'none')}
          action={isFiltered ? <Button onClick={clear}>{t('clear')}</Button> : undefined}
        >
          <Rich text={t(isFiltered ? 'noneMatchText' : 'noneText')} />
        </EmptyState>
      )}
      {rows.length > 0 && <TileGrid rows={rows} total={list.data?.pages[0]?.total ?? 0} onMore={() => void list.fetchNextPage()} />}
      {!isFiltered && <Unregistered />}
    </Panel>
  );
}

function Filters({ search, onChange, types }: Props & { types: string[] }) {
  const { t } = useTranslation('dashboard');
  const [text, setText] = useTyped(search.q);
  return (
    <div className={styles.filters}>
      <SearchBox
        label={t('filter')}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          onChange({ q: event.target.value || undefined });
        }}
      />
      <SmallSelect label={t('type')} value={search.type ?? ''} onChange={(event) => onChange({ type: event.target.value || undefined })}>
        <option value="">{t('allTypes')}</option>
        {types.map((type) => (
          <option key={type}>{type}</option>
        ))}
      </SmallSelect>
    </div>
  );
}
