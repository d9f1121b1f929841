import { useTranslation } from 'react-i18next';
import { StatusMark, type Tone } from '@/components/StatusMark';
import { Ago } from '@/components/Time';
import styles from '@/features/dashboard/DashboardPage.module.css';
import type { DashboardSearch, Shown } from '@/features/dashboard/search';
import type { StatusShown } from '@/lib/api/schema';
import { useFormat } from '@/lib/i18n/format';

interface Props {
  status: StatusShown;
  search: DashboardSearch;
  onChange: (change: DashboardSearch) => void;
}

/** The state on top. Each count is a filter; pressed again, it takes itself away. */
export function StateCards({ status, search, onChange }: Props) {
  const { t } = useTranslation('dashboard');
  const { counts } = status;
  const targets = counts['targets'] ?? 0;
  const ready = counts['ready'] ?? 0;
  const filter = (show: Shown) => ({
    isOn: search.show === show,
    onPress: () => onChange({ show: search.show === show ? undefined : show }),
  });
  return (
    <section className={styles.cards} aria-label={t('state')}>
      <Count label={t('ready')} tone="ok" count={ready} of={targets} {...filter('ready')} />
      <Count label={t('notReady')} tone="warn" count={targets - ready} {...filter('notReady')} />
      <Count label={t('conflicts')} tone="conflict" count={status.conflicts} {...filter('Conflict')} />
      <Count label={t('approvals')} tone="held" count={status.approvals} {...filter('Held')} />
      <Count label={t('stalled')} tone="danger" count={counts['stalled'] ?? 0} {...filter('Stalled')} />
      <Passes status={status} search={search} onChange={onChange} />
      <div className={styles.card}>
        <span className={styles.label}>{t('lastRun')}</span>
        <span className={styles.small}>{status.last_run === null ? t('never') : <Ago at={status.last_run} />}</span>
      </div>
    </section>
  );
}

interface CountProps {
  label: string;
  tone: Tone;
  count: number;
  of?: number;
  isOn: boolean;
  onPress: () => void;
}

function Count({ label, tone, count, of, isOn, onPress }: CountProps) {
  const { t } = useTranslation('dashboard');
  const { number } = useFormat();
  const isQuiet = count === 0 && of === undefined;
  return (
    <button type="button" className={styles.card} aria-pressed={isOn} onClick={onPress}>
      <span className={styles.label}>
        <StatusMark tone={isQuiet ? 'neutral' : tone}>{label}</StatusMark>
      </span>
      <span className={`${styles.number} ${isQuiet ? styles.quiet : ''}`}>
        {number(count)} {of !== undefined && <small>{t('ofAll', { total: number(of) })}</small>}
      </span>
      {of !== undefined && of > 0 && (
        <span className={styles.bar} aria-hidden="true">
          {count > 0 && <span className={styles.barOk} style={{ flexGrow: count }} />}
          {of > count && <span className={styles.barRest} style={{ flexGrow: of - count }} />}
        </span>
      )}
    </button>
  );
}

function Passes({ status, search, onChange }: Props) {
  const { t } = useTranslation('dashboard');
  const { number } = useFormat();
  const button = (which: 'success' | 'failed') => {
    const count = status.sessions[which] ?? 0;
    return (
      <button
        type="button"
        className={which === 'failed' && count > 0 ? styles.bad : undefined}
        aria-pressed={search.passes === which}
        onClick={() => onChange({ passes: search.passes === which ? undefined : which })}
      >
        <b>{number(count)}</b> {t(which)}
      </button>
    );
  };
  return (
    <div className={styles.card}>
      <span className={styles.label}>{t('passes')}</span>
      <span className={styles.pair}>
        {button('success')}
        {button('failed')}
      </span>
    </div>
  );
}
