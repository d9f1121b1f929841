import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { PageTitle } from '@/components/Panel';
import styles from '@/features/auth/Entrance.module.css';

/** The frame of the pages before one is signed in. */
export function Entrance({ title, children }: { title: string; children: ReactNode }) {
  const { t } = useTranslation('shell');
  return (
    <main className={styles.page}>
      <PageTitle>{title}</PageTitle>
      <div className={styles.box}>
        <p className={styles.product}>
          <img src="/icon.svg" alt="" width="28" height="28" />
          {t('product')}
        </p>
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  );
}
