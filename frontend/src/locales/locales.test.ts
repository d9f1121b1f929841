import { describe, expect, it } from 'vitest';
import en from '@/locales/en';
import ko from '@/locales/ko';

/** Every key with its text. Korean has one form where English has two: the ending that says which is left out. */
function texts(words: object, path = ''): [string, string][] {
  return Object.entries(words).flatMap(([name, word]: [string, unknown]) => {
    const key = `${path}${name}`;
    return typeof word === 'object' && word !== null ? texts(word, `${key}.`) : [[key.replace(/_(one|other)$/, ''), String(word)] as [string, string]];
  });
}

const keys = (words: object) => [...new Set(texts(words).map(([key]) => key))].sort();
const variables = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();

describe('the languages', () => {
  it('have the same keys', () => {
    expect(keys(ko)).toEqual(keys(en));
  });

  it('leave no text empty', () => {
    expect([...texts(en), ...texts(ko)].filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it('fill in the same things', () => {
    const english = new Map(texts(en));
    const different = texts(ko).filter(([key, text]) => variables(text).join() !== variables(english.get(key) ?? '').join());
    expect(different).toEqual([]);
  });
});
