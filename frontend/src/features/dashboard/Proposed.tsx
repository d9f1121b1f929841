import { useTranslation } from 'react-i18next';
import { Panel } from '@/components/Panel';
import { Ago } from '@/components/Time';
import styles from '@/features/dashboard/Proposed.module.css';
import type { ProposedShown } from '@/lib/api/schema';

/** What was changed here while main is protected: branches that wait for their merge on the Git host. Nothing when there are none. */
export function Proposed({ proposed }: { proposed: readonly ProposedShown[] }) {
  const { t } = useTranslation('dashboard');
  if (proposed.length === 0) return null;
  return (
    <Panel title={t('proposed')}>
      <p className={styles.hint}>{t('proposedHint')}</p>
      <ul className={styles.list} aria-label={t('proposed')}>
        {proposed.map(({ branch, subject, author, at }) => (
          <li key={branch}>
            <strong>{subject}</strong>
            <code>{branch}</code>
            <span>
              {author} · <Ago at={at} />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
