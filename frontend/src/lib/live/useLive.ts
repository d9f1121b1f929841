import { useQueryClient, type Query, type QueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { EventShown } from '@/lib/api/schema';
import { sessionEnded } from '@/lib/api/session';
import { Connection, type Live } from '@/lib/live/connection';
import { value } from '@/lib/value';

const TOGETHER_MS = 150;
const live = value<Live>({ status: 'connecting', heardAt: null });
const listeners = new Set<(event: EventShown) => void>();

/** Queries that a live event makes stale: all but those with `meta: { live: false }`, which look when they are asked to. */
const isLive = (query: Query) => query.meta?.['live'] !== false;

/** Several events in a moment make everything look again once. */
function lookAgain(client: QueryClient): { soon: () => void; stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    timer = undefined;
    void client.invalidateQueries({ predicate: isLive });
  };
  return { soon: () => (timer ??= setTimeout(look, TOGETHER_MS)), stop: () => clearTimeout(timer) };
}

const address = () => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws/sync`;

/** Follow `/ws/sync` from a cursor; used once, by the shell. */
export function useLiveUpdates(cursor: string | undefined): void {
  const client = useQueryClient();
  const isKnown = cursor !== undefined;
  useEffect(() => {
    if (!isKnown) return;
    const looking = lookAgain(client);
    const connection = new Connection(address(), cursor, {
      state: live.set,
      missed: looking.soon,
      signedOut: sessionEnded,
      event(event) {
        looking.soon();
        listeners.forEach((listener) => listener(event));
      },
    });
    window.addEventListener('online', connection.hurry);
    document.addEventListener('visibilitychange', connection.hurry);
    return () => {
      window.removeEventListener('online', connection.hurry);
      document.removeEventListener('visibilitychange', connection.hurry);
      connection.end();
      looking.stop();
    };
    // The cursor is where to begin; the connection keeps its own from there.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [client, isKnown]);
}

export const useLiveState = live.use;

/** Call back for each event as it comes. */
export function useLiveEvents(onEvent: (event: EventShown) => void): void {
  useEffect(() => {
    listeners.add(onEvent);
    return () => void listeners.delete(onEvent);
  }, [onEvent]);
}
