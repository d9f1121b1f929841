import { describe, expect, it } from 'vitest';
import { changedPart, pairs } from '@/components/diffLines';
import type { DiffLine } from '@/lib/api/schema';

const line = (kind: DiffLine['kind'], text: string): DiffLine => ({ kind, text, source: null, target: null });
const hunk = (lines: DiffLine[]) => ({ source_start: 1, source_length: 1, target_start: 1, target_length: 1, section: '', lines });
const shown = (lines: DiffLine[]) => pairs(hunk(lines)).map(({ before, after }) => [before?.text, after?.text]);

describe('a split view', () => {
  it('puts what came beside what it replaced', () => {
    expect(shown([line('context', 'a'), line('removed', 'b'), line('added', 'c'), line('context', 'd')])).toEqual([
      ['a', 'a'],
      ['b', 'c'],
      ['d', 'd'],
    ]);
  });

  it('leaves room where one side is longer', () => {
    expect(shown([line('removed', 'a'), line('added', 'b'), line('added', 'c')])).toEqual([
      ['a', 'b'],
      [undefined, 'c'],
    ]);
  });

  it('does not pair what was removed after something was added', () => {
    expect(shown([line('added', 'a'), line('removed', 'b')])).toEqual([
      [undefined, 'a'],
      ['b', undefined],
    ]);
  });
});

describe('the changed part of a line', () => {
  it('is what differs between its equal ends', () => {
    expect(changedPart('args = ["5"]', 'args = ["10"]')).toEqual([9, 10]);
  });

  it('is not marked when nearly all differs, or nothing stands beside it', () => {
    expect(changedPart('one thing', 'other words')).toBeNull();
    expect(changedPart('one thing', undefined)).toBeNull();
  });
});
