import type { ItemShown } from '@/lib/api/schema';

type Values = Pick<ItemShown, 'base' | 'local' | 'central'>;

/** Text is edited as it is, everything else as JSON. */
export const isText = ({ base, local, central }: Values): boolean => [local, central, base].every((one) => one === null || typeof one === 'string');

/** What an edit begins with: the local side, or the other where that is absent. */
export function textOf(item: Values): string {
  const first: unknown = item.local ?? item.central ?? item.base;
  return isText(item) && typeof first === 'string' ? first : JSON.stringify(first, null, 2);
}

export interface Edited {
  value: unknown;
  /** Where the text is no JSON. */
  error?: string;
}

export function read(text: string, item: Values): Edited {
  if (isText(item)) return { value: text };
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { value: null, error: error instanceof Error ? error.message : String(error) };
  }
}
