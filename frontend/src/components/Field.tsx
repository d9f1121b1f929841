import { useId, type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, type TextareaHTMLAttributes } from 'react';
import styles from '@/components/Field.module.css';
import { Icon } from '@/components/Icon';

interface Around {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
}

interface Ids {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
}

function Field({ label, hint, error, children }: Around & { children: (ids: Ids) => ReactNode }) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-describedby': note ? `${id}-note` : undefined, 'aria-invalid': error ? true : undefined })}
      {note && (
        <p id={`${id}-note`} className={error ? styles.error : styles.hint}>
          {note}
        </p>
      )}
    </div>
  );
}

type Input = Omit<InputHTMLAttributes<HTMLInputElement>, 'className' | 'style' | 'id'>;
type Select = Omit<SelectHTMLAttributes<HTMLSelectElement>, 'className' | 'style' | 'id'>;
type Area = Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'className' | 'style' | 'id'>;

export function TextField({ label, hint, error, ...rest }: Around & Input) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => <input type="text" {...rest} {...ids} className={styles.input} />}
    </Field>
  );
}

export function TextArea({ label, hint, error, ...rest }: Around & Area) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => <textarea rows={3} {...rest} {...ids} className={styles.input} />}
    </Field>
  );
}

export function SelectField({ label, hint, error, children, ...rest }: Around & Select) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => (
        <select {...rest} {...ids} className={styles.input}>
          {children}
        </select>
      )}
    </Field>
  );
}

/** For tool bars: the label is for those who cannot see where it stands. */
export function SearchBox({ label, ...rest }: { label: string } & Input) {
  return (
    <span className={styles.search}>
      <Icon name="search" />
      <input type="search" {...rest} aria-label={label} placeholder={label} className={styles.input} />
    </span>
  );
}

/** A field on a line with others: its label is its placeholder, unless that says something of its own. */
export function LineField({ label, ...rest }: { label: string } & Input) {
  return <input type="text" placeholder={label} {...rest} aria-label={label} className={styles.input} />;
}

export function SmallSelect({ label, children, ...rest }: { label: string } & Select) {
  return (
    <select {...rest} aria-label={label} title={label} className={`${styles.input} ${styles.small}`}>
      {children}
    </select>
  );
}
