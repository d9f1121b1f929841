import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { PageHead } from '@/components/Panel';
import { Revision } from '@/components/Revision';
import { ErrorState, Loading, useProblemText } from '@/components/States';
import { StatusMark } from '@/components/StatusMark';
import { toast } from '@/components/Toasts';
import { Clients } from '@/features/dashboard/Clients';
import { FirstRun } from '@/features/dashboard/FirstRun';
import { Proposed } from '@/features/dashboard/Proposed';
import { StateCards } from '@/features/dashboard/StateCards';
import { Timeline } from '@/features/dashboard/Timeline';
import styles from '@/features/dashboard/DashboardPage.module.css';
import { useMay } from '@/lib/api/me';
import type { StatusShown } from '@/lib/api/schema';
import { statusQuery } from '@/lib/api/status';
import { useTrigger } from '@/lib/api/trigger';

const route = getRouteApi('/inside/');

export default function DashboardPage() {
  const { t } = useTranslation('dashboard');
  const status = useQuery(statusQuery);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: typeof search) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true });

  if (status.isError && !status.data) return <ErrorState error={status.error} onRetry={() => void status.refetch()} />;
  if (status.data && (status.data.counts['targets'] ?? 0) === 0) return <FirstRun />;
  return (
    <>
      <PageHead title={t('title')} actions={<SyncAll />}>
        {status.data && <Summary status={status.data} />}
      </PageHead>
      {status.data ? <StateCards status={status.data} search={search} onChange={set} /> : <Loading lines={2} />}
      <div className={styles.parts}>
        {status.data && <Proposed proposed={status.data.proposed} />}
        <Clients search={search} onChange={set} />
        <Timeline events={status.data?.events} passes={search.passes} onChange={set} />
      </div>
    </>
  );
}

/** The answer to "is all well?", in a sentence. */
function Summary({ status }: { status: StatusShown }) {
  const { t } = useTranslation('dashboard');
  const need = (status.counts['targets'] ?? 0) - (status.counts['ready'] ?? 0);
  const reason = status.problems[0]?.['reason'];
  return (
    <>
      {status.ready ? <StatusMark tone="ok">{t('allInStep')}</StatusMark> : need > 0 && <StatusMark tone="warn">{t('someNeed', { count: need })}</StatusMark>}
      {status.head && (
        <span>
          {t('main')} <Revision id={status.head} />
        </span>
      )}
      {typeof reason === 'string' && <StatusMark tone="danger">{t('mainProblem', { problem: reason })}</StatusMark>}
    </>
  );
}

function SyncAll() {
  const { t } = useTranslation('dashboard');
  const { t: shell } = useTranslation('shell');
  const trigger = useTrigger();
  const words = useProblemText();
  if (!useMay('operator')) return null;
  const sync = () =>
    trigger.mutate(
      {},
      {
        onSuccess: () => toast({ tone: 'ok', text: shell('syncedAll') }),
        onError: (error) => toast({ tone: 'danger', text: words(error) }),
      },
    );
  return (
    <Button look="primary" icon="sync" isBusy={trigger.isPending} onClick={sync}>
      {t('syncNow')}
    </Button>
  );
}
