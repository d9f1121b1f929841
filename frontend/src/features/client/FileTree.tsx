import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { IconName } from '@/components/Icon';
import { Icon } from '@/components/Icon';
import { Panel } from '@/components/Panel';
import { ErrorState, Loading } from '@/components/States';
import { filesQuery } from '@/features/client/calls';
import styles from '@/features/client/ClientPage.module.css';
import type { ClientShown, FileShown } from '@/lib/api/schema';
import { useFormat } from '@/lib/i18n/format';

const GROUPS = [
  ['mcp', 'server'],
  ['rules', 'rules'],
  ['tools', 'tools'],
  ['other', 'file'],
] as const satisfies readonly (readonly [string, IconName])[];

/** A file stands under each kind that it holds. */
const holds = (file: FileShown, kind: string) => (kind === 'other' ? !GROUPS.some(([name]) => file.kinds.includes(name)) : file.kinds.includes(kind));

interface Props {
  target: ClientShown;
  only: string | undefined;
  onOnly: (only: string | undefined) => void;
}

/** The files of a target by kind, and what stands in each; choosing one narrows the right side to it. */
export function FileTree({ target, only, onOnly }: Props) {
  const { t } = useTranslation('client');
  const files = useQuery(filesQuery(target.id));
  return (
    <Panel title={t('files')} isFlush>
      {files.isError && <ErrorState error={files.error} onRetry={() => void files.refetch()} />}
      {files.isPending && (
        <div className={styles.loading}>
          <Loading />
        </div>
      )}
      <nav className={styles.tree} aria-label={t('files')}>
        {files.data &&
          GROUPS.map(([kind, icon]) => {
            const inside = files.data.files.filter((file) => holds(file, kind));
            if (inside.length === 0) return null;
            return (
              <section key={kind} className={styles.group}>
                <h3>
                  <Icon name={icon} />
                  {t(`kind.${kind}`)}
                </h3>
                <ul>
                  {inside.map((file) => (
                    <File key={file.path} file={file} kind={kind} only={only} onOnly={onOnly} />
                  ))}
                </ul>
              </section>
            );
          })}
      </nav>
    </Panel>
  );
}

function File({ file, kind, only, onOnly }: { file: FileShown; kind: string } & Omit<Props, 'target'>) {
  const { t } = useTranslation('client');
  const { bytes } = useFormat();
  const entities = file.entities.filter((entity) => kind === 'other' || entity.startsWith(`${kind}/`));
  return (
    <li>
      <div className={`${styles.file} ${file.exists ? '' : styles.missing}`} title={file.problem ?? undefined}>
        <code>{file.path}</code>
        <small>{file.problem ? t('broken') : file.size_bytes === null ? t('absent') : bytes(file.size_bytes)}</small>
      </div>
      <ul>
        {entities.map((entity) => (
          <li key={entity}>
            <button type="button" className={styles.node} aria-pressed={only === entity} onClick={() => onOnly(only === entity ? undefined : entity)}>
              {entity.slice(kind.length + 1) || entity}
            </button>
          </li>
        ))}
      </ul>
    </li>
  );
}
