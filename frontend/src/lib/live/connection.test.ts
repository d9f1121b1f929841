import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Connection, type Hears } from '@/lib/live/connection';

class Socket {
  static opened: Socket[] = [];
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: ((closed: { code: number }) => void) | null = null;
  constructor(readonly url: string) {
    Socket.opened.push(this);
  }
  close = vi.fn();
  say = (message: object) => this.onmessage?.({ data: JSON.stringify(message) });
}

const newest = () => {
  const socket = Socket.opened.at(-1);
  if (!socket) throw new Error('no socket was opened');
  return socket;
};
const hears = (): Hears => ({ state: vi.fn(), event: vi.fn(), missed: vi.fn(), signedOut: vi.fn() });

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', Socket);
  Socket.opened = [];
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('comes back with the cursor of the last thing that it heard', () => {
  const connection = new Connection('ws://here/ws/sync', '1-0', hears());
  expect(newest().url).toBe('ws://here/ws/sync?cursor=1-0');
  newest().say({ type: 'event', cursor: '7-0', kind: 'target', at: 1, payload: {} });
  newest().onclose?.({ code: 1006 });
  vi.advanceTimersByTime(1000);
  expect(newest().url).toBe('ws://here/ws/sync?cursor=7-0');
  connection.end();
});

it('says since when it hears nothing, and looks at everything once it is back', () => {
  const heard = hears();
  const connection = new Connection('ws://here/ws/sync', '1-0', heard);
  newest().say({ type: 'hello', cursor: '1-0' });
  const at = Date.now() / 1000;
  newest().onclose?.({ code: 1006 });
  expect(heard.state).toHaveBeenLastCalledWith({ status: 'lost', heardAt: at });
  vi.advanceTimersByTime(1000);
  newest().say({ type: 'hello', cursor: '1-0' });
  expect(heard.missed).toHaveBeenCalledOnce();
  connection.end();
});

it('takes silence for a lost connection', () => {
  const heard = hears();
  const connection = new Connection('ws://here/ws/sync', '1-0', heard);
  newest().say({ type: 'hello', cursor: '1-0' });
  vi.advanceTimersByTime(41_000);
  expect(heard.state).toHaveBeenCalledWith(expect.objectContaining({ status: 'lost' }));
  connection.end();
});

it('waits longer each time, and asks to sign in where the session is over', () => {
  const heard = hears();
  const connection = new Connection('ws://here/ws/sync', '1-0', heard);
  newest().onclose?.({ code: 4401 });
  expect(heard.signedOut).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(500);
  expect(Socket.opened).toHaveLength(2);
  newest().onclose?.({ code: 1006 });
  vi.advanceTimersByTime(500);
  expect(Socket.opened).toHaveLength(2);
  vi.advanceTimersByTime(500);
  expect(Socket.opened).toHaveLength(3);
  connection.end();
});

it('looks at everything again where the cursor is kept no more', () => {
  const heard = hears();
  const connection = new Connection('ws://here/ws/sync', '1-0', heard);
  newest().say({ type: 'reset', cursor: '9-0' });
  expect(heard.missed).toHaveBeenCalledOnce();
  connection.end();
});
