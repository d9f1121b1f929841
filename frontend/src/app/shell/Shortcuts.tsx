import { useTranslation } from 'react-i18next';
import { PAGES } from '@/app/shell/pages';
import styles from '@/app/shell/Shortcuts.module.css';
import { Dialog } from '@/components/Dialog';
import { Key } from '@/components/Revision';

const GROUPS = {
  everywhere: { palette: ['Ctrl', 'K'], filter: ['/'], move: ['j', 'k'], help: ['?'], close: ['Esc'] },
  conflict: { local: ['o'], central: ['t'], base: ['b'], edit: ['e'], write: ['Enter'] },
  approval: { approve: ['a'], reject: ['r'], write: ['Enter'] },
} as const;
const NAMES = ['everywhere', 'conflict', 'approval'] as const;

/** Every key of the dashboard, by where it works. */
export function Shortcuts({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('shell');
  return (
    <Dialog title={t('shortcuts')} width="wide" onClose={onClose} isRead>
      <div className={styles.groups}>
        <Group title={t('keys.go')} rows={PAGES.map(({ name, key }) => [t(name), ['g', key]])} />
        {NAMES.map((name) => (
          <Group key={name} title={t(`keys.${name}`)} rows={Object.entries<readonly string[]>(GROUPS[name]).map(([does, keys]) => [t(`keys.${does as 'write'}`), keys])} />
        ))}
      </div>
    </Dialog>
  );
}

function Group({ title, rows }: { title: string; rows: (readonly [string, readonly string[]])[] }) {
  return (
    <section>
      <h3>{title}</h3>
      <dl className={styles.keys}>
        {rows.map(([does, keys]) => (
          <div key={does}>
            <dt>{does}</dt>
            <dd>
              {keys.map((key) => (
                <Key key={key}>{key}</Key>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
