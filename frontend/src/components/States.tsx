import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { Icon, type IconName } from '@/components/Icon';
import styles from '@/components/States.module.css';
import { isProblem } from '@/lib/api/problem';

interface Empty {
  icon: IconName;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  /** `h1` where the page is nothing else. */
  heading?: 'h1' | 'h2';
}

/** Nothing is here: why, and what to do next. */
export function EmptyState({ icon, title, children, action, heading: Heading = 'h2' }: Empty) {
  return (
    <div className={styles.state}>
      <span className={styles.icon}>
        <Icon name={icon} />
      </span>
      <Heading>{title}</Heading>
      {children && <div className={styles.text}>{children}</div>}
      {action}
    </div>
  );
}

/** Words for anything that was thrown: the gateway's own, or what to do when it did not answer. */
export function useProblemText(): (error: unknown) => string {
  const { t } = useTranslation();
  return (error) => {
    if (!isProblem(error)) return t('problem.unexpected');
    return error.status === 0 ? t('problem.unreachable') : error.message || t('problem.unexpected');
  };
}

/** It did not work: what was said, and a way to try again. */
export function ErrorState({ error, onRetry, heading: Heading = 'h2' }: { error: unknown; onRetry?: () => void; heading?: 'h1' | 'h2' }) {
  const { t } = useTranslation();
  const text = useProblemText();
  return (
    <div className={styles.state} role="alert">
      <span className={`${styles.icon} ${styles.bad}`}>
        <Icon name="close" />
      </span>
      <Heading>{isProblem(error, 404) ? t('problem.notFound') : t('problem.title')}</Heading>
      <div className={styles.text}>{text(error)}</div>
      {onRetry && <Button onClick={onRetry}>{t('retry')}</Button>}
    </div>
  );
}

/** Something comes: grey lines in its place, said once to who cannot see them. */
export function Loading({ lines = 6 }: { lines?: number }) {
  const { t } = useTranslation();
  return (
    <div className={styles.loading} role="status">
      <span className="visually-hidden">{t('loading')}</span>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} className={styles.bone} />
      ))}
    </div>
  );
}
