import styles from '@/components/Revision.module.css';

const DIGITS = 8;

/** A revision, as people say it. */
export function Revision({ id }: { id: string }) {
  return (
    <code className={styles.revision} title={id}>
      {id.slice(0, DIGITS)}
    </code>
  );
}

export function Key({ children }: { children: string }) {
  return <kbd className={styles.key}>{children}</kbd>;
}
