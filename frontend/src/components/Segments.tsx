import { useId } from 'react';
import styles from '@/components/Segments.module.css';

interface Props<T extends string> {
  label: string;
  value: T;
  options: readonly { value: T; text: string; count?: number | undefined }[];
  onChange: (value: T) => void;
}

/** One of a few, all in sight. Radio buttons underneath: arrows move, one Tab passes. */
export function Segments<T extends string>({ label, value, options, onChange }: Props<T>) {
  const name = useId();
  return (
    <fieldset className={styles.segments}>
      <legend className="visually-hidden">{label}</legend>
      {options.map((option) => (
        <label key={option.value} className={styles.segment}>
          <input type="radio" name={name} checked={option.value === value} onChange={() => onChange(option.value)} />
          <span>
            {option.text}
            {option.count !== undefined && <b>{option.count}</b>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
