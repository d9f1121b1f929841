import { useSyncExternalStore } from 'react';

const EVERY_MS = 15_000;
const listeners = new Set<() => void>();
let now = Date.now() / 1000;
let timer: ReturnType<typeof setInterval> | undefined;

function tick(): void {
  now = Date.now() / 1000;
  listeners.forEach((listener) => listener());
}

function follow(listener: () => void): () => void {
  if (listeners.size === 0) {
    now = Date.now() / 1000;
    timer = setInterval(tick, EVERY_MS);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) clearInterval(timer);
  };
}

/** Seconds since 1970, moving every quarter of a minute: one timer for every "5 minutes ago" on the page. */
export const useNow = (): number => useSyncExternalStore(follow, () => now);
