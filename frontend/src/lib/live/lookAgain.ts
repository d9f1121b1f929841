import type { Query, QueryClient } from '@tanstack/react-query';
import { statusQuery } from '@/lib/api/status';

const TOGETHER_MS = 150;
const FIRST_MS = 1000;
const LONGEST_MS = 10_000;
const TRIES = 30; // a clock that was set back would have it ask for ever

/** Queries that a live event makes stale: all but those with `meta: { live: false }`, which look when they are asked to. */
const isLive = (query: Query) => query.meta?.['live'] !== false;

/**
 * Several events in a moment make everything look again once. Where a look takes long the gateway answers with its last
 * one, from before the event: then it is asked again until it has looked since.
 */
export function lookAgain(client: QueryClient): { since: (at: number) => void; stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let newest = 0;
  let tries = 0;
  let isOver = false;
  const isAsked = () => timer !== undefined;
  const isBehind = () => (client.getQueryData(statusQuery.queryKey)?.looked_at ?? newest) < newest;
  const look = async () => {
    timer = undefined;
    await client.invalidateQueries({ predicate: isLive });
    if (isOver || isAsked() || !isBehind() || tries >= TRIES) return;
    timer = setTimeout(() => void look(), Math.min(FIRST_MS * 2 ** tries, LONGEST_MS));
    tries += 1;
  };
  return {
    since: (at) => {
      newest = Math.max(newest, at);
      if (tries > 0) clearTimeout(timer);
      if (tries > 0 || !isAsked()) timer = setTimeout(() => void look(), TOGETHER_MS);
      tries = 0;
    },
    stop: () => {
      isOver = true;
      clearTimeout(timer);
    },
  };
}
