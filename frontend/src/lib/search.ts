/** Reading the view's state out of an address: what is not as it should be is left out, never an error. */
export type Raw = Record<string, unknown>;

export function textIn(raw: Raw, name: string): string | undefined {
  const found = raw[name];
  if (typeof found === 'number' || typeof found === 'boolean') return String(found);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

export function oneIn<T extends string>(raw: Raw, name: string, among: readonly T[]): T | undefined {
  return among.find((one) => one === raw[name]);
}

export function numberIn(raw: Raw, name: string): number | undefined {
  const found = raw[name];
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
}

/** Without what is not set, so that addresses stay short. */
export const present = <T extends object>(values: T): T => Object.fromEntries(Object.entries(values).filter(([, one]) => one !== undefined)) as T;
