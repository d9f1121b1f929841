import { useSyncExternalStore } from 'react';

/** One value outside of React that components can follow. */
export interface Value<T> {
  get: () => T;
  set: (next: T) => void;
  use: () => T;
}

export function value<T>(first: T): Value<T> {
  let held = first;
  const listeners = new Set<() => void>();
  const follow = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const get = () => held;
  return {
    get,
    set(next) {
      if (Object.is(next, held)) return;
      held = next;
      listeners.forEach((listener) => listener());
    },
    use: () => useSyncExternalStore(follow, get),
  };
}
