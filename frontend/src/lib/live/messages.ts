import type { EventShown } from '@/lib/api/schema';

/** What `/ws/sync` sends; see docs/api.md. */
export type LiveMessage =
  | { type: 'hello' | 'ping' | 'reset'; cursor: string }
  | ({ type: 'event' } & EventShown)
  | { type: 'problem' };

export const NOT_SIGNED_IN = 4401;

export function read(data: unknown): LiveMessage | null {
  try {
    return JSON.parse(String(data)) as LiveMessage;
  } catch {
    return null;
  }
}
