import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { StatusShown } from '@/lib/api/schema';
import { statusQuery } from '@/lib/api/status';
import { lookAgain } from '@/lib/live/lookAgain';
import { STATUS } from '@/test/app';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A page that shows the state, and a gateway that looked at these moments; how often it was asked. */
function watching(...looks: number[]) {
  let asked = 0;
  const client = new QueryClient();
  const queryFn = (): Promise<StatusShown> => Promise.resolve({ ...STATUS, looked_at: looks[Math.min(asked++, looks.length - 1)] ?? 0 });
  const stop = new QueryObserver(client, { ...statusQuery, queryFn }).subscribe(() => undefined);
  return { looking: lookAgain(client), asked: () => asked, stop };
}

it('asks again until the gateway has looked since the event', async () => {
  const { looking, asked } = watching(100, 100, 100, 105);
  await vi.advanceTimersByTimeAsync(0);
  looking.since(103);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked()).toBe(4);
});

it('asks once for several events in a moment', async () => {
  const { looking, asked } = watching(100, 110);
  await vi.advanceTimersByTimeAsync(0);
  for (const at of [101, 102, 103]) looking.since(at);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked()).toBe(2);
});

it('does not wait out the pause before the next try where something new happens', async () => {
  const { looking, asked } = watching(100, 100, 100, 100, 110);
  await vi.advanceTimersByTimeAsync(0);
  looking.since(103);
  await vi.advanceTimersByTimeAsync(1500);
  expect(asked()).toBe(3);
  looking.since(104);
  await vi.advanceTimersByTimeAsync(200);
  expect(asked()).toBe(4);
});

it('gives up where the gateway never looks, and asks no more once it is stopped', async () => {
  const { looking, asked } = watching(100);
  await vi.advanceTimersByTimeAsync(0);
  looking.since(103);
  await vi.advanceTimersByTimeAsync(3_600_000);
  const before = asked();
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(asked()).toBe(before);
  looking.since(104);
  looking.stop();
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(asked()).toBe(before);
});
