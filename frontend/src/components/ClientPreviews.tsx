import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from '@/components/ClientPreviews.module.css';
import { FieldDiff } from '@/components/FieldDiff';
import { OutcomeMark } from '@/components/TargetMarks';
import { TextDiff } from '@/components/TextDiff';
import { ViewChoice } from '@/components/ViewChoice';
import type { ClientPreviewShown } from '@/lib/api/schema';
import type { View } from '@/lib/views';

/** What each client's files would get: field by field, or as text. */
export function ClientPreviews({ previews }: { previews: readonly ClientPreviewShown[] }) {
  const { t } = useTranslation();
  const [view, setView] = useState<View>('fields');
  if (previews.length === 0) return <p className={styles.none}>{t('preview.none')}</p>;
  return (
    <div className={styles.previews}>
      <div className={styles.bar}>
        <p>{t('preview.writes', { count: previews.length })}</p>
        <ViewChoice value={view} onChange={setView} />
      </div>
      {previews.map((one) => (
        <section key={one.id} className={styles.client} aria-label={one.id}>
          <h3>
            <span>{one.id}</span>
            {one.outcome !== 'converged' && <OutcomeMark outcome={one.outcome} />}
          </h3>
          {view === 'fields' ? <FieldDiff fields={one.fields} /> : one.files.map((file) => <TextDiff key={file.path} file={file} view={view} />)}
        </section>
      ))}
    </div>
  );
}
