import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answer, api } from '@/lib/api/client';
import type { paths } from '@/lib/api/schema';

export type ClientFilter = NonNullable<paths['/api/v1/clients']['get']['parameters']['query']>;

const PAGE = 100;

const page = (query: ClientFilter) => answer(api.GET('/api/v1/clients', { params: { query } }));

/** Targets, a page at a time as the list is scrolled. */
export const clientsQuery = (filter: ClientFilter) =>
  infiniteQueryOptions({
    queryKey: ['clients', 'list', filter],
    queryFn: ({ pageParam }) => page({ ...filter, limit: PAGE, offset: pageParam }),
    initialPageParam: 0,
    getNextPageParam: (last) => (last.offset + last.items.length < last.total ? last.offset + last.items.length : undefined),
  });

/** One page of targets. */
export const clientsPageQuery = (filter: ClientFilter) => queryOptions({ queryKey: ['clients', 'page', filter], queryFn: () => page(filter) });
