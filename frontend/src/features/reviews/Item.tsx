import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { IconButton } from '@/components/Button';
import { ErrorState, Loading } from '@/components/States';
import { Said } from '@/components/Said';
import { StatusMark } from '@/components/StatusMark';
import { itemQuery } from '@/features/reviews/calls';
import { Decide } from '@/features/reviews/Decide';
import styles from '@/features/reviews/Item.module.css';
import type { ItemShown } from '@/lib/api/schema';

interface Props {
  item: ItemShown;
  at: number;
  total: number;
  /** How many more wait for the same target. */
  others: number;
  onBack: () => void;
  onStep: (step: number) => void;
  onDecided: () => void;
}

export function Item({ item, at, total, others, onBack, onStep, onDecided }: Props) {
  const { t } = useTranslation('reviews');
  const found = useQuery(itemQuery(item));
  return (
    <article className={styles.item} aria-labelledby="item-name">
      <header className={styles.head}>
        <span className={styles.back}>
          <IconButton icon="left" label={t('back')} onClick={onBack} />
        </span>
        <div className={styles.name}>
          <h2 id="item-name">
            {item.entity} <span>{item.field ?? t('whole')}</span>
          </h2>
          <p>
            <Link to="/clients/$" params={{ _splat: item.target }}>
              {item.target}
            </Link>
            <StatusMark tone={item.kind === 'held' ? 'held' : 'conflict'}><Said text={item.reason} /></StatusMark>
          </p>
        </div>
        <div className={styles.steps}>
          <IconButton icon="left" label={t('previous')} disabled={at === 0} onClick={() => onStep(-1)} />
          <span>{t('position', { at: at + 1, total })}</span>
          <IconButton icon="right" label={t('next')} disabled={at === total - 1} onClick={() => onStep(1)} />
        </div>
      </header>
      {found.isPending && <Loading />}
      {found.isError && !found.data && <ErrorState error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && <Decide item={found.data} others={others} onDecided={onDecided} />}
    </article>
  );
}
