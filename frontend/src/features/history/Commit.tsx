import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, IconButton } from '@/components/Button';
import { FieldDiff } from '@/components/FieldDiff';
import { Revision } from '@/components/Revision';
import { ErrorState, Loading } from '@/components/States';
import { TextDiff } from '@/components/TextDiff';
import { Moment } from '@/components/Time';
import { ViewChoice } from '@/components/ViewChoice';
import { commitQuery, type CommitWhole } from '@/features/history/calls';
import styles from '@/features/history/Commit.module.css';
import { RevertDialog } from '@/features/history/RevertDialog';
import { useMay } from '@/lib/api/me';
import type { View } from '@/lib/views';

/** One commit: who, when, why, and what it changed. */
export function Commit({ rev, onBack }: { rev: string; onBack: () => void }) {
  const { t } = useTranslation('history');
  const found = useQuery(commitQuery(rev));
  const [isReverting, setReverting] = useState(false);
  const mayRevert = useMay('operator');
  return (
    <article className={styles.commit} aria-label={t('commit')}>
      <div className={styles.back}>
        <IconButton icon="left" label={t('back')} onClick={onBack} />
      </div>
      {found.isPending && <Loading />}
      {found.isError && <ErrorState error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && (
        <>
          <header className={styles.head}>
            <div>
              <h2>{found.data.subject}</h2>
              <p className={styles.about}>
                <span>{found.data.author.name}</span>
                <Moment at={found.data.at} />
                <Revision id={found.data.revision} />
              </p>
            </div>
            {mayRevert && (
              <Button icon="revert" onClick={() => setReverting(true)}>
                {t('revert')}
              </Button>
            )}
          </header>
          <Message {...found.data} />
          <Changes commit={found.data} />
          {isReverting && <RevertDialog commit={found.data} onClose={() => setReverting(false)} />}
        </>
      )}
    </article>
  );
}

/** The body without its trailers, which stand as a table. */
function Message({ message, subject, trailers }: CommitWhole) {
  const lines = new Set(trailers.map(([name = '', value = '']) => `${name}: ${value}`));
  const body = message
    .slice(message.startsWith(subject) ? subject.length : 0)
    .split('\n')
    .filter((line) => !lines.has(line))
    .join('\n')
    .trim();
  return (
    <>
      {body && <p className={styles.body}>{body}</p>}
      {trailers.length > 0 && (
        <dl className={styles.trailers}>
          {trailers.map(([name, value], at) => (
            <div key={at}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}

function Changes({ commit }: { commit: CommitWhole }) {
  const { t } = useTranslation('history');
  const [view, setView] = useState<View>(commit.changes.length > 0 ? 'fields' : 'unified');
  return (
    <>
      <div className={styles.bar}>
        <h3>{t('changed', { count: commit.files.length })}</h3>
        <ViewChoice value={view} onChange={setView} />
      </div>
      {view === 'fields' && commit.changes.length === 0 && <p className={styles.none}>{t('noFields')}</p>}
      {view === 'fields' && <FieldDiff fields={commit.changes} />}
      {view !== 'fields' && commit.files.map((file) => <TextDiff key={file.path} file={file} view={view} />)}
    </>
  );
}
