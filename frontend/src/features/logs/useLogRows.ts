import { useQueries, useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { logsQuery, PAGE, type LogFilter } from '@/features/logs/calls';
import type { LogShown } from '@/lib/api/schema';
import { useLiveEvents } from '@/lib/live/useLive';

export interface LogRows {
  total: number;
  row: (at: number) => LogShown | undefined;
  onRange: (first: number, last: number) => void;
  isPending: boolean;
  error: unknown;
  refetch: () => void;
}

/** Rows of the log by their place: only the pages in sight are asked for. While following, an event makes them look again. */
export function useLogRows(filter: LogFilter, isFollowing: boolean): LogRows {
  const client = useQueryClient();
  const [pages, setPages] = useState({ first: 0, last: 0 });
  const inSight = Array.from({ length: pages.last - pages.first + 1 }, (_, at) => pages.first + at);
  const found = useQueries({ queries: inSight.map((page) => logsQuery(filter, page)) });
  const refetch = useCallback(() => void client.invalidateQueries({ queryKey: ['logs'] }), [client]);
  const onEvent = useCallback(() => (isFollowing ? refetch() : undefined), [isFollowing, refetch]);
  useLiveEvents(onEvent);
  const onRange = useCallback((first: number, last: number) => {
    const next = { first: Math.floor(first / PAGE), last: Math.floor(last / PAGE) };
    setPages((before) => (before.first === next.first && before.last === next.last ? before : next));
  }, []);
  return {
    total: found.find((one) => one.data)?.data?.total ?? 0,
    row: (at) => found[Math.floor(at / PAGE) - pages.first]?.data?.items[at % PAGE],
    onRange,
    isPending: found.every((one) => one.isPending),
    error: found.find((one) => one.isError && !one.data)?.error,
    refetch,
  };
}
