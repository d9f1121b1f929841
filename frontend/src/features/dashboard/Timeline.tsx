import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Panel } from '@/components/Panel';
import { Said } from '@/components/Said';
import { Segments } from '@/components/Segments';
import { EmptyState, ErrorState, Loading } from '@/components/States';
import { StatusMark } from '@/components/StatusMark';
import { OutcomeMark } from '@/components/TargetMarks';
import { Ago } from '@/components/Time';
import { passesQuery } from '@/features/dashboard/calls';
import type { DashboardSearch } from '@/features/dashboard/search';
import styles from '@/features/dashboard/Timeline.module.css';
import type { EventShown, SessionShown } from '@/lib/api/schema';

type Passes = NonNullable<DashboardSearch['passes']>;

interface Props {
  events: EventShown[] | undefined;
  passes: Passes | undefined;
  onChange: (change: DashboardSearch) => void;
}

/** What happened: live, or as recorded passes. */
export function Timeline({ events, passes, onChange }: Props) {
  const { t } = useTranslation('dashboard');
  const kind = (
    <Segments
      label={t('timeline')}
      value={passes ?? 'live'}
      options={[
        { value: 'live', text: t('live') },
        { value: 'all', text: t('recorded') },
        { value: 'success', text: t('onlySuccess') },
        { value: 'failed', text: t('onlyFailed') },
      ]}
      onChange={(value) => onChange({ passes: value === 'live' ? undefined : value })}
    />
  );
  return (
    <Panel title={t('events')} aside={kind} isFlush>
      {passes ? <Recorded status={passes} /> : <Events events={events} />}
    </Panel>
  );
}

function Events({ events }: { events: EventShown[] | undefined }) {
  const { t } = useTranslation('dashboard');
  if (!events) return <Loading />;
  if (events.length === 0)
    return (
      <EmptyState icon="history" title={t('noEvents')}>
        {t('noEventsText')}
      </EmptyState>
    );
  return (
    <ol className={styles.list}>
      {events.map((event) => (
        <Event key={event.cursor} {...event} />
      ))}
    </ol>
  );
}

const ALL = 'all'; // in the place of a target
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(text) : []);

function Event(event: EventShown) {
  return event.kind === 'target' || event.kind === 'main' ? <Happened {...event} /> : <Done {...event} />;
}

/** What a person did; the gateway names it as its audit trail does. */
function Done({ kind, at, payload }: EventShown) {
  const { t, i18n } = useTranslation('dashboard');
  const key = `did.${kind}`;
  const what = text(payload['target']);
  const isTarget = kind.startsWith('clients.');
  return (
    <Row at={at} mark={<StatusMark tone="info">{i18n.exists(key, { ns: 'dashboard' }) ? t(key as 'did.sync.pause') : kind}</StatusMark>} target={isTarget ? what : ''}>
      {!isTarget && what !== ALL && <span>{what}</span>}
      <span>{text(payload['person'])}</span>
    </Row>
  );
}

function Happened({ kind, at, payload }: EventShown) {
  const { t } = useTranslation('dashboard');
  const problem = text(payload['problem']) || texts(payload['problems']).join('; ');
  const written = texts(payload['written']);
  const waiting = Number(payload['waiting'] ?? 0);
  return (
    <Row at={at} mark={kind === 'target' ? <OutcomeMark outcome={text(payload['outcome'])} /> : <StatusMark tone="warn">{kind}</StatusMark>} target={text(payload['target'])}>
      {written.length > 0 && <span>{t('wrote', { files: written.join(', ') })}</span>}
      {waiting > 0 && <span>{t('waits', { count: waiting })}</span>}
      {problem && (
        <span className={styles.problem}>
          <Said text={problem} />
        </span>
      )}
    </Row>
  );
}

function Recorded({ status }: { status: Passes }) {
  const { t } = useTranslation('dashboard');
  const passes = useQuery(passesQuery(status));
  if (passes.isError) return <ErrorState error={passes.error} onRetry={() => void passes.refetch()} />;
  if (!passes.data) return <Loading />;
  if (passes.data.items.length === 0) return <EmptyState icon="history" title={t('noPasses')} />;
  return (
    <ol className={styles.list}>
      {passes.data.items.map((one) => (
        <Pass key={one.id} {...one} />
      ))}
    </ol>
  );
}

function Pass({ client, started_at, finished_at, status, summary }: SessionShown) {
  const { t } = useTranslation('dashboard');
  const written = texts(summary['written']);
  return (
    <Row at={finished_at ?? started_at} mark={status === 'failed' ? <StatusMark tone="danger">{t('failed')}</StatusMark> : <OutcomeMark outcome={text(summary['outcome'])} />} target={client}>
      {written.length > 0 && <span>{t('wrote', { files: written.join(', ') })}</span>}
    </Row>
  );
}

function Row({ at, mark, target, children }: { at: number; mark: ReactNode; target: string; children: ReactNode }) {
  return (
    <li className={styles.row}>
      <span className={styles.at}>
        <Ago at={at} />
      </span>
      <span className={styles.mark}>{mark}</span>
      <span className={styles.what}>
        {target && (
          <Link to="/clients/$" params={{ _splat: target }}>
            {target}
          </Link>
        )}
        {children}
      </span>
    </li>
  );
}
