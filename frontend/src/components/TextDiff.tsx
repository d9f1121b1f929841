import { useTranslation } from 'react-i18next';
import { changedPart, pairs, type Pair } from '@/components/diffLines';
import styles from '@/components/TextDiff.module.css';
import type { DiffHunk, DiffLine, FileChanged } from '@/lib/api/schema';

export type DiffView = 'unified' | 'split';

/** One file of a change, line by line. */
export function TextDiff({ file, view }: { file: FileChanged; view: DiffView }) {
  const { t } = useTranslation();
  const Rows = view === 'split' ? Split : Unified;
  return (
    <section className={styles.file} aria-label={file.path}>
      <header className={styles.head}>
        <code>{file.path}</code>
        {file.status !== 'modified' && <span className={styles.status}>{t(`diff.${file.status}`)}</span>}
        <span className={styles.counts}>
          <span className={styles.plus}>+{file.added}</span> <span className={styles.minus}>−{file.removed}</span>
        </span>
      </header>
      {/* A part that scrolls must be reachable by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className={styles.scroll} role="group" aria-label={file.path} tabIndex={0}>
        <table className={`${styles.table} ${styles[view] ?? ''}`}>
          {view === 'split' && (
            <colgroup>
              <col className={styles.numbers} />
              <col />
              <col className={styles.numbers} />
              <col />
            </colgroup>
          )}
          {file.hunks.map((hunk) => (
            <tbody key={hunk.source_start}>
              <tr className={styles.hunk}>
                <td colSpan={view === 'split' ? 4 : 3}>
                  @@ −{hunk.source_start},{hunk.source_length} +{hunk.target_start},{hunk.target_length} @@ {hunk.section}
                </td>
              </tr>
              <Rows hunk={hunk} />
            </tbody>
          ))}
        </table>
      </div>
    </section>
  );
}

function Unified({ hunk }: { hunk: DiffHunk }) {
  const partners = new Map<DiffLine, DiffLine>();
  for (const { before, after } of pairs(hunk)) if (before && after) partners.set(before, after).set(after, before);
  return hunk.lines.map((line, at) => (
    <tr key={at} className={styles[line.kind]}>
      <Number at={line.source} />
      <Number at={line.target} />
      <Code line={line} other={partners.get(line)} />
    </tr>
  ));
}

function Split({ hunk }: { hunk: DiffHunk }) {
  return pairs(hunk).map((pair, at) => (
    <tr key={at}>
      <Side pair={pair} side="before" />
      <Side pair={pair} side="after" />
    </tr>
  ));
}

function Side({ pair, side }: { pair: Pair; side: 'before' | 'after' }) {
  const line = pair[side];
  const other = pair[side === 'before' ? 'after' : 'before'];
  if (!line) return <td colSpan={2} className={styles.nothing} />;
  return (
    <>
      <Number at={side === 'before' ? line.source : line.target} kind={line.kind} />
      <Code line={line} other={other ?? undefined} />
    </>
  );
}

function Number({ at, kind }: { at: number | null; kind?: DiffLine['kind'] }) {
  return <td className={`${styles.number} ${kind ? styles[kind] : ''}`}>{at}</td>;
}

const SIGNS = { context: ' ', added: '+', removed: '−' } as const;

function Code({ line, other }: { line: DiffLine; other: DiffLine | undefined }) {
  const part = line.kind === 'context' ? null : changedPart(line.text, other?.text);
  return (
    <td className={`${styles.code} ${styles[line.kind] ?? ''}`}>
      <span className={styles.sign}>{SIGNS[line.kind]}</span>
      {part ? (
        <>
          {line.text.slice(0, part[0])}
          <mark>{line.text.slice(...part)}</mark>
          {line.text.slice(part[1])}
        </>
      ) : (
        line.text
      )}
    </td>
  );
}
