import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { LineField } from '@/components/Field';
import { Key } from '@/components/Revision';
import type { Choice } from '@/features/reviews/choices';
import styles from '@/features/reviews/Item.module.css';
import type { ItemDetail } from '@/lib/api/schema';
import { usePageKeys } from '@/lib/keys';

interface Props {
  item: ItemDetail;
  choice: Choice | undefined;
  others: number;
  isReady: boolean;
  isBusy: boolean;
  onDecide: (all: boolean, reason: string) => void;
}

const ENTER = 'Enter';

/** The last step: Enter, or the button, writes what the preview shows. */
export function DecideBar({ item, choice, others, isReady, isBusy, onDecide }: Props) {
  const { t } = useTranslation('reviews');
  const [all, setAll] = useState(false);
  const [reason, setReason] = useState('');
  const canDecide = choice !== undefined && isReady && !isBusy;
  const decide = () => canDecide && onDecide(all && others > 0, reason);
  usePageKeys({ Enter: decide });
  return (
    <form
      className={styles.bar}
      onSubmit={(event) => {
        event.preventDefault();
        decide();
      }}
    >
      <span className={styles.reason}>
        <LineField label={t('reason')} value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
      </span>
      {others > 0 && (
        <label>
          <input type="checkbox" checked={all} onChange={(event) => setAll(event.target.checked)} />
          {t('all', { count: others, target: item.target })}
        </label>
      )}
      <Button type="submit" look={item.kind === 'held' && choice === 'central' ? 'danger' : 'primary'} isBusy={isBusy} disabled={!canDecide}>
        {choice ? t(`act.${item.kind}.${choice}` as 'act.conflict.local') : t('act.none')}
      </Button>
      <Key>{ENTER}</Key>
    </form>
  );
}
