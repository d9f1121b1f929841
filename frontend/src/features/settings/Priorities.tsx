import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { aboutQuery } from '@/features/settings/calls';
import styles from '@/features/settings/SettingsPage.module.css';
import { LineField } from '@/components/Field';

interface Props {
  priorities: Record<string, number>;
  isFixed: boolean;
  onChange: (priorities: Record<string, number>) => void;
}

const NONE = '–';

/** A number for each client; the higher wins under client-priority. */
export function Priorities({ priorities, isFixed, onChange }: Props) {
  const { t } = useTranslation('settings');
  const about = useQuery(aboutQuery);
  const names = new Map((about.data?.clients ?? []).map((one) => [one.client, one.name]));
  const clients = [...new Set([...names.keys(), ...Object.keys(priorities)])];
  const put = (client: string, text: string) => {
    const rest = Object.fromEntries(Object.entries(priorities).filter(([one]) => one !== client));
    onChange(text === '' ? rest : { ...rest, [client]: Number(text) });
  };
  return (
    <div className={styles.stack}>
      <p className={styles.hint}>{t('prioritiesHint')}</p>
      <ul className={styles.rows}>
        {clients.map((client) => (
          <li key={client} className={styles.row}>
            <span className={styles.main}>{names.get(client) ?? client}</span>
            <span className={styles.number}>
              <LineField
                type="number"
                step={1}
                placeholder={NONE}
                label={t('priority', { client: names.get(client) ?? client })}
                value={priorities[client] ?? ''}
                disabled={isFixed}
                onChange={(event) => put(client, event.target.value)}
              />
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
