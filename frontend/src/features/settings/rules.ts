/** The part of the settings that decides conflicts; whatever else a rule or the settings say is kept. */
export interface Rule {
  match?: string;
  kind?: 'mcp' | 'rules' | 'tools' | null;
  policy: string;
  [more: string]: unknown;
}

export interface Deciding {
  policies: Rule[];
  priorities: Record<string, number>;
}

export const deciding = (settings: Record<string, unknown>): Deciding => ({
  policies: (settings['policies'] as Rule[] | undefined) ?? [],
  priorities: (settings['priorities'] as Record<string, number> | undefined) ?? {},
});

export function movedTo<T>(list: readonly T[], from: number, to: number): T[] {
  const rest = [...list];
  const [one] = rest.splice(from, 1);
  return one === undefined ? rest : [...rest.slice(0, to), one, ...rest.slice(to)];
}

export const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
