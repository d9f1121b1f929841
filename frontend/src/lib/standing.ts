import type { ClientShown, ConditionShown } from '@/lib/api/schema';

/** Words and tones for how a target stands: whether its files are in step, and whether anything is wrong with it. */
export type SyncWord = 'unregistered' | 'paused' | 'observed' | 'working' | 'edited' | 'behind' | 'partly' | 'apart' | 'inStep' | 'unknown';
export type HealthWord = 'Stalled' | 'Conflict' | 'Held' | 'Pending' | 'Stale' | 'Gap' | 'Suspended' | 'healthy' | 'unknown';

type Known = Pick<ClientShown, 'mode' | 'outcome' | 'registered' | 'ready' | 'conditions'>;

const BY_OUTCOME = { stalled: 'apart', conflict: 'partly', held: 'partly', captured: 'edited', converged: 'behind', unchanged: 'inStep' } as const;

/** The most pressing first. */
const HEALTH = ['Stalled', 'Conflict', 'Held', 'Pending', 'Stale', 'Gap'] as const;

const holds = (conditions: readonly ConditionShown[], type: string) => conditions.some((one) => one.type === type && one.status === 'True');

export function syncWord(target: Known): SyncWord {
  if (!target.registered) return 'unregistered';
  if (target.mode === 'observe') return 'observed';
  if (target.mode === 'suspended' || holds(target.conditions, 'Suspended')) return 'paused';
  if (holds(target.conditions, 'Reconciling')) return 'working';
  if (holds(target.conditions, 'Drifted')) return 'edited';
  return target.outcome ? BY_OUTCOME[target.outcome] : 'unknown';
}

export function healthWord(target: Known): HealthWord {
  const worst = HEALTH.find((type) => holds(target.conditions, type));
  if (worst) return worst;
  if (holds(target.conditions, 'Suspended')) return 'Suspended';
  return target.ready ? 'healthy' : 'unknown';
}

/** What says most about a target: its most pressing condition. */
export const pressing = (target: Known): ConditionShown | undefined => {
  const word = healthWord(target);
  return target.conditions.find((one) => one.type === word && one.status === 'True');
};
