import { useTranslation } from 'react-i18next';
import { StatusMark, type Tone } from '@/components/StatusMark';
import type { ClientShown } from '@/lib/api/schema';
import { healthWord, syncWord, type HealthWord, type SyncWord } from '@/lib/standing';

const SYNC: Record<SyncWord, Tone> = {
  unregistered: 'neutral',
  paused: 'paused',
  observed: 'paused',
  working: 'info',
  edited: 'info',
  behind: 'info',
  partly: 'warn',
  apart: 'danger',
  inStep: 'ok',
  unknown: 'neutral',
};
const HEALTH: Record<HealthWord, Tone> = {
  Stalled: 'danger',
  Conflict: 'conflict',
  Held: 'held',
  Pending: 'held',
  Stale: 'warn',
  Gap: 'warn',
  Suspended: 'paused',
  healthy: 'ok',
  unknown: 'neutral',
};
const OUTCOME: Record<string, Tone> = { stalled: 'danger', conflict: 'conflict', held: 'held', captured: 'info', converged: 'ok', unchanged: 'neutral' };

export function SyncMark({ target, look = 'plain' }: { target: ClientShown; look?: 'plain' | 'pill' }) {
  const { t } = useTranslation();
  const word = syncWord(target);
  return (
    <StatusMark tone={SYNC[word]} look={look}>
      {t(`sync.${word}`)}
    </StatusMark>
  );
}

export function HealthMark({ target, look = 'plain' }: { target: ClientShown; look?: 'plain' | 'pill' }) {
  const { t } = useTranslation();
  const word = healthWord(target);
  return (
    <StatusMark tone={HEALTH[word]} look={look}>
      {t(`health.${word}`)}
    </StatusMark>
  );
}

/** The outcome of a pass, as the gateway names it. */
export function OutcomeMark({ outcome }: { outcome: string }) {
  const { t, i18n } = useTranslation();
  const key = `outcome.${outcome}`;
  return <StatusMark tone={OUTCOME[outcome] ?? 'neutral'}>{i18n.exists(key) ? t(key as 'outcome.held') : outcome}</StatusMark>;
}
