import type { ItemShown } from '@/lib/api/schema';

export type Kind = ItemShown['kind'];

/** What a person may make of an item. An approval is its proposal taken, a rejection what stands taken. */
export type Choice = 'local' | 'central' | 'base' | 'edited';

const KEYS = { conflict: { o: 'local', t: 'central', b: 'base', e: 'edited' }, held: { a: 'local', r: 'central' } } as const;

/** The choices of an item with the key of each; what was absent cannot be gone back to as a base. */
export function choicesOf(item: Pick<ItemShown, 'kind' | 'base'>): { choice: Choice; key: string }[] {
  const all = Object.entries<Choice>(KEYS[item.kind]).map(([key, choice]) => ({ choice, key }));
  return all.filter(({ choice }) => choice !== 'base' || item.base !== null);
}
