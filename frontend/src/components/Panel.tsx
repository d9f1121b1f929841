import { useId, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import styles from '@/components/Panel.module.css';

/** A titled part of a page. */
export function Panel({ title, aside, children, isFlush = false }: { title: string; aside?: ReactNode; children: ReactNode; isFlush?: boolean }) {
  const id = useId();
  return (
    <section className={styles.panel} aria-labelledby={id}>
      <header className={styles.header}>
        <h2 id={id}>{title}</h2>
        {aside}
      </header>
      <div className={isFlush ? undefined : styles.body}>{children}</div>
    </section>
  );
}

/** The head of a page: its name, what it is about, and what can be done. */
export function PageHead({ title, children, actions }: { title: string; children?: ReactNode; actions?: ReactNode }) {
  return (
    <header className={styles.head}>
      <PageTitle>{title}</PageTitle>
      <div className={styles.title}>
        <h1>{title}</h1>
        {children && <div className={styles.about}>{children}</div>}
      </div>
      {actions && <div className={styles.actions}>{actions}</div>}
    </header>
  );
}

/** What the browser calls the page, in tabs and in its history. */
export function PageTitle({ children }: { children: string }) {
  const { t } = useTranslation();
  return <title>{t('pageTitle', { page: children })}</title>;
}
