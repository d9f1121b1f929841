import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorState, Loading, useProblemText } from '@/components/States';
import { toast } from '@/components/Toasts';
import styles from '@/features/settings/SettingsPage.module.css';

/** What was asked for, once it is here. */
export function Asked<T>({ query, children }: { query: UseQueryResult<T>; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return children(query.data);
  return query.isError ? <ErrorState error={query.error} onRetry={() => void query.refetch()} /> : <Loading lines={3} />;
}

/** What came of a change, said in passing; also where what it was about is gone from the page by then. */
export function useSays() {
  const { t } = useTranslation('settings');
  const words = useProblemText();
  return (change: Promise<unknown>) =>
    void change.then(
      () => toast({ tone: 'ok', text: t('saved') }),
      (error: unknown) => toast({ tone: 'danger', text: words(error) }),
    );
}

export function NeedsAdmin() {
  const { t } = useTranslation('settings');
  return <p className={styles.hint}>{t('needsAdmin')}</p>;
}
