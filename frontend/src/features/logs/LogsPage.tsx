import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { PageHead } from '@/components/Panel';
import { EmptyState, ErrorState, Loading } from '@/components/States';
import { StatusMark, type Tone } from '@/components/StatusMark';
import { VirtualTable, type Column } from '@/components/VirtualTable';
import { lineKey, type LogFilter } from '@/features/logs/calls';
import { Filters } from '@/features/logs/Filters';
import { Line, summary } from '@/features/logs/Line';
import styles from '@/features/logs/LogsPage.module.css';
import type { LogsSearch } from '@/features/logs/search';
import { useLogRows } from '@/features/logs/useLogRows';
import type { LogShown } from '@/lib/api/schema';
import { useFormat } from '@/lib/i18n/format';
import { useNow } from '@/lib/i18n/now';

const route = getRouteApi('/inside/logs');
const PERIOD_S = { hour: 3600, day: 86_400, week: 604_800 } as const;
const MINUTE_S = 60;
const TONES: Record<string, Tone> = { error: 'danger', warning: 'warn', info: 'neutral', debug: 'neutral' };

/** Whole minutes, so that a moving clock does not make each look another question. */
function asked({ level, client, target, text, period, until }: LogsSearch, now: number): LogFilter {
  const end = until ?? now;
  const since = period ? Math.floor((end - PERIOD_S[period]) / MINUTE_S) * MINUTE_S : undefined;
  return { level, client, target, text, since, until };
}

export default function LogsPage() {
  const { t } = useTranslation('logs');
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const now = useNow();
  const isFollowing = search.until === undefined;
  const rows = useLogRows(asked(search, now), isFollowing);
  const columns = useColumns();
  const clear = () => void navigate({ search: {} });
  const set = (change: LogsSearch) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const selected = search.line ? findLine(rows.row, rows.total, search.line) : undefined;
  const follow = isFollowing ? (
    <Button icon="pause" onClick={() => set({ until: Math.floor(Date.now() / 1000) })}>
      {t('pause')}
    </Button>
  ) : (
    <Button icon="play" look="primary" onClick={() => set({ until: undefined })}>
      {t('follow')}
    </Button>
  );
  return (
    <div className={styles.page}>
      <PageHead title={t('title')} actions={follow}>
        {isFollowing ? <StatusMark tone="ok">{t('following')}</StatusMark> : <StatusMark tone="paused">{t('paused')}</StatusMark>}
        <span>{t('count', { count: rows.total })}</span>
      </PageHead>
      <Filters search={search} onChange={set} />
      <div className={`${styles.parts} ${selected ? styles.withLine : ''}`}>
        <div className={styles.table}>
          {rows.error !== undefined && rows.error !== null ? (
            <ErrorState error={rows.error} onRetry={rows.refetch} />
          ) : rows.isPending ? (
            <Loading lines={12} />
          ) : rows.total === 0 ? (
            <EmptyState icon="logs" title={t('none')} action={<Button onClick={clear}>{t('clear')}</Button>}>
              {t('noneText')}
            </EmptyState>
          ) : (
            <VirtualTable
              label={t('title')}
              columns={columns}
              count={rows.total}
              row={rows.row}
              rowKey={lineKey}
              selected={search.line}
              onSelect={(line) => set({ line: lineKey(line) })}
              onRange={rows.onRange}
            />
          )}
        </div>
        {selected && <Line line={selected} onClose={() => set({ line: undefined })} />}
      </div>
    </div>
  );
}

/** The chosen line, where it is among those that are here. */
function findLine(row: (at: number) => LogShown | undefined, total: number, key: string): LogShown | undefined {
  for (let at = 0; at < total; at += 1) {
    const line = row(at);
    if (line && lineKey(line) === key) return line;
  }
  return undefined;
}

function useColumns(): Column<LogShown>[] {
  const { t } = useTranslation('logs');
  const { exact, moment } = useFormat();
  return [
    { name: t('time'), width: '96px', cell: (line) => <time title={moment(line.at)}>{exact(line.at)}</time> },
    { name: t('level'), width: '92px', cell: (line) => <StatusMark tone={TONES[line.level] ?? 'neutral'}>{line.level}</StatusMark> },
    { name: t('event'), width: '150px', cell: (line) => line.event },
    { name: t('target'), width: 'minmax(120px, 0.4fr)', isExtra: true, cell: (line) => line.target },
    { name: t('details'), width: 'minmax(160px, 1fr)', isExtra: true, cell: (line) => <code>{summary(line.fields)}</code> },
  ];
}
