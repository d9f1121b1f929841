import { useTranslation } from 'react-i18next';
import styles from '@/components/FieldDiff.module.css';
import { Revision } from '@/components/Revision';
import { Ago } from '@/components/Time';
import type { FieldChanged } from '@/lib/api/schema';

/** A value of a field as people read it; absence is said in words. */
export function FieldValue({ value, sign }: { value: unknown; sign?: 'before' | 'after' }) {
  const { t } = useTranslation();
  if (value === null || value === undefined) return <span className={styles.absent}>{t('diff.absent')}</span>;
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, flat(value) ? undefined : 2);
  return <code className={`${styles.value} ${sign ? styles[sign] : ''}`}>{text}</code>;
}

/** Short lists and maps fit on a line. */
const flat = (value: unknown): boolean => JSON.stringify(value).length < 72;

/** What changed, field by field, under the name of each entity. */
export function FieldDiff({ fields }: { fields: readonly FieldChanged[] }) {
  const groups = new Map<string, FieldChanged[]>();
  for (const field of fields) groups.set(field.entity, [...(groups.get(field.entity) ?? []), field]);
  return (
    <ul className={styles.entities}>
      {[...groups].map(([entity, changed]) => (
        <li key={entity} className={styles.entity}>
          <h3 className={styles.name}>{entity}</h3>
          <ul>
            {changed.map((field) => (
              <Row key={field.field ?? ''} {...field} />
            ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}

function Row({ field, before, after, by }: FieldChanged) {
  const { t } = useTranslation();
  const verb = before === null ? 'diff.added' : after === null ? 'diff.removed' : 'diff.changed';
  return (
    <li className={styles.row}>
      <div className={styles.field}>
        <code>{field ?? t('diff.whole')}</code>
        <span className={styles.verb}>{t(verb)}</span>
      </div>
      <div className={styles.values}>
        {before !== null && (
          <div className={styles.side}>
            <span className="visually-hidden">{t('diff.before')}</span>
            <FieldValue value={before} sign="before" />
          </div>
        )}
        {after !== null && (
          <div className={styles.side}>
            <span className="visually-hidden">{t('diff.after')}</span>
            <FieldValue value={after} sign="after" />
          </div>
        )}
      </div>
      {by?.author && (
        <div className={styles.by}>
          {by.author}
          {by.at !== null && <Ago at={by.at} />}
          {by.revision && <Revision id={by.revision} />}
        </div>
      )}
    </li>
  );
}
