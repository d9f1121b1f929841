import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ClientPreviews } from '@/components/ClientPreviews';
import { Said } from '@/components/Said';
import { StatusMark } from '@/components/StatusMark';
import { Asked } from '@/features/settings/Asked';
import { outlookQuery } from '@/features/settings/calls';
import styles from '@/features/settings/SettingsPage.module.css';

/** What other settings would decide of what waits now, and what each client would get. */
export function Outlook({ settings }: { settings: Record<string, unknown> }) {
  const { t } = useTranslation('settings');
  const outlook = useQuery(outlookQuery({ settings }));
  return (
    <Asked query={outlook}>
      {({ problems, weakens, decisions, settled, previews }) => (
        <div className={styles.stack}>
          {problems.map((one) => (
            <p key={one.reason} className={styles.problem} role="alert">
              <Said text={one.reason} />
            </p>
          ))}
          {weakens.map((why) => (
            <StatusMark key={why} tone="held">
              <Said text={why} />
            </StatusMark>
          ))}
          {problems.length === 0 && <p className={styles.hint}>{t('settles', { count: settled.length })}</p>}
          <ul className={styles.rows}>
            {decisions
              .filter((one) => one.before !== one.after)
              .map((one) => (
                <li key={one.id} className={styles.row}>
                  <span className={styles.main}>
                    <code>
                      {one.entity} {one.field}
                    </code>
                    <small>{one.target}</small>
                  </span>
                  <span>{one.take ? t('takes', { policy: one.after, side: one.take }) : t('leaves', { policy: one.after })}</span>
                </li>
              ))}
          </ul>
          {problems.length === 0 && <ClientPreviews previews={previews} />}
        </div>
      )}
    </Asked>
  );
}
