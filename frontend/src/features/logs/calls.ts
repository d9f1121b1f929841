import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answer, api } from '@/lib/api/client';
import type { LogShown, paths } from '@/lib/api/schema';

export type LogFilter = NonNullable<paths['/api/v1/logs']['get']['parameters']['query']>;

export const PAGE = 100;

/** One page of the log, newest first. It looks again when told to: each look would be a line of its own. */
export const logsQuery = (filter: LogFilter, page: number) =>
  queryOptions({
    queryKey: ['logs', filter, page],
    queryFn: () => answer(api.GET('/api/v1/logs', { params: { query: { ...filter, limit: PAGE, offset: page * PAGE } } })),
    placeholderData: keepPreviousData,
    meta: { live: false },
  });

/** A line has no name of its own: what it says, and when, tell it from others. */
export const lineKey = (line: LogShown): string => `${line.at}-${line.event}-${line.target}`;
