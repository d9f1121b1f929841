import { useTranslation } from 'react-i18next';
import { Rich } from '@/components/Rich';
import { Said } from '@/components/Said';
import type { ClientShown, ConditionShown } from '@/lib/api/schema';
import { useFormat } from '@/lib/i18n/format';

const WAITING: Record<string, 'conflict' | 'held'> = { ManualReview: 'conflict', NeedsApproval: 'held' };

/** What a condition says: its reason in the words of the language, then what the gateway says of this case. */
export function ConditionText({ target, condition }: { target: ClientShown; condition: ConditionShown }) {
  const { t, i18n } = useTranslation();
  const { moment } = useFormat();
  const kind = WAITING[condition.reason];
  const entities = [...new Set(target.dropped.filter((one) => one.kind === kind).map((one) => one.entity))];
  if (kind && entities.length > 0) return t(`condition.${kind}`, { entities: entities.join(', '), count: entities.length });
  const { by, reason, until } = target.detail;
  if (condition.type === 'Suspended' && by && reason) {
    const at = Date.parse(until ?? '');
    return Number.isNaN(at) ? t('condition.paused', { by, reason }) : t('condition.pausedUntil', { by, reason, until: moment(at / 1000) });
  }
  const key = `reason.${condition.reason}`;
  const detail = <Said text={condition.message} />;
  if (!i18n.exists(key)) return detail;
  return (
    <>
      <Rich text={t(key as 'reason.InSync')} /> · <span>{detail}</span>
    </>
  );
}
