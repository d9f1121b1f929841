import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { EventShown } from '@/lib/api/schema';
import { sessionEnded } from '@/lib/api/session';
import { Connection, type Live } from '@/lib/live/connection';
import { lookAgain } from '@/lib/live/lookAgain';
import { value } from '@/lib/value';

const live = value<Live>({ status: 'connecting', heardAt: null });
const listeners = new Set<(event: EventShown) => void>();


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
      missed: () => looking.since(0),
      signedOut: sessionEnded,
      event(event) {
        looking.since(event.at);
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
