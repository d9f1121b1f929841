import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ConditionText } from '@/components/ConditionText';
import { Said } from '@/components/Said';
import { StatusMark, type Tone } from '@/components/StatusMark';
import { Ago } from '@/components/Time';
import styles from '@/features/client/ClientPage.module.css';
import { WaitsForStart } from '@/features/client/WaitsForStart';
import type { ClientShown, ConditionShown } from '@/lib/api/schema';

const TONES: Record<string, Tone> = { Ready: 'ok', Stalled: 'danger', Conflict: 'conflict', Held: 'held', Pending: 'held', Suspended: 'paused', Reconciling: 'info', Drifted: 'info' };

/** What holds of a target in words, with its reason: conditions, then what is wrong in its files and what to do about it. */
export function Says({ target }: { target: ClientShown }) {
  const { t, i18n } = useTranslation();
  const { t: words } = useTranslation('client');
  const isSaid = (one: ConditionShown) => (one.type === 'Ready' && one.reason === 'InSync') || (one.type === 'Stalled' && target.problems.length > 0); // the problems say it, and what to do
  const holding = target.conditions.filter((one) => one.status === 'True' && !isSaid(one));
  if (holding.length + target.problems.length + target.waits_for_start.length === 0) return null;
  const word = (type: string) => (i18n.exists(`health.${type}`) ? t(`health.${type}` as 'health.Stale') : type);
  return (
    <ul className={styles.says}>
      {holding.map((one) => (
        <li key={one.type + one.reason}>
          <StatusMark tone={TONES[one.type] ?? 'warn'}>{word(one.type)}</StatusMark>
          <p>
            <ConditionText target={target} condition={one} />{' '}
            {one.type === 'Conflict' && (
              <Link to="/conflicts" search={{ target: target.id }}>
                {words('decide')}
              </Link>
            )}
            {one.type === 'Held' && (
              <Link to="/approvals" search={{ target: target.id }}>
                {words('look')}
              </Link>
            )}
          </p>
          <small>
            {one.reason} · <Ago at={one.since} />
          </small>
        </li>
      ))}
      {target.problems.map((one) => (
        <li key={`${one.file}:${one.line}:${one.reason}`}>
          <StatusMark tone="danger">{t('health.Stalled')}</StatusMark>
          <p>
            <code>
              {one.file}:{one.line}:{one.column}
            </code>{' '}
            <Said text={one.reason} />
            <span className={styles.advice}>
              {' '}
              · <Said text={one.advice} />
            </span>
          </p>
        </li>
      ))}
      {target.waits_for_start.map((one) => (
        <WaitsForStart key={one.path + one.takes_effect} target={target} row={one} />
      ))}
    </ul>
  );
}
