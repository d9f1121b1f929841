import type { DiffHunk, DiffLine } from '@/lib/api/schema';

export interface Pair {
  before: DiffLine | null;
  after: DiffLine | null;
}

/** The rows of a split view: what was taken away stands beside what came in its place. */
export function pairs(hunk: DiffHunk): Pair[] {
  const rows: Pair[] = [];
  let removed: DiffLine[] = [];
  let added: DiffLine[] = [];
  const flush = () => {
    for (let i = 0; i < Math.max(removed.length, added.length); i += 1) rows.push({ before: removed[i] ?? null, after: added[i] ?? null });
    removed = [];
    added = [];
  };
  for (const line of hunk.lines) {
    if (line.kind === 'removed') {
      if (added.length > 0) flush();
      removed.push(line);
    } else if (line.kind === 'added') added.push(line);
    else {
      flush();
      rows.push({ before: line, after: line });
    }
  }
  flush();
  return rows;
}

/** The part of a line that differs from its partner: where it begins and ends. Null when it is nearly all of it. */
export function changedPart(text: string, other: string | undefined): [number, number] | null {
  if (other === undefined) return null;
  const shorter = Math.min(text.length, other.length);
  let start = 0;
  while (start < shorter && text[start] === other[start]) start += 1;
  let end = 0;
  while (end < shorter - start && text[text.length - 1 - end] === other[other.length - 1 - end]) end += 1;
  return start + end < text.length * 0.3 ? null : [start, text.length - end];
}
