import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { Choice, Kind } from '@/features/reviews/choices';
import { answer, api } from '@/lib/api/client';
import type { ItemDetail, ItemShown } from '@/lib/api/schema';

const PAGE = 100;
const LISTS = { conflict: '/api/v1/conflicts', held: '/api/v1/approvals' } as const;

export interface ReviewFilter {
  entity?: string | undefined;
  target?: string | undefined;
}

const given = (filter: ReviewFilter) => ({ ...(filter.entity ? { entity: filter.entity } : {}), ...(filter.target ? { target: filter.target } : {}) });

/** What waits, a page at a time. */
export const itemsQuery = (kind: Kind, filter: ReviewFilter) =>
  infiniteQueryOptions({
    queryKey: ['reviews', kind, given(filter)],
    queryFn: ({ pageParam }) => answer(api.GET(LISTS[kind], { params: { query: { ...given(filter), limit: PAGE, offset: pageParam } } })),
    initialPageParam: 0,
    getNextPageParam: (last) => (last.offset + last.items.length < last.total ? last.offset + last.items.length : undefined),
  });

/** One item, with what each choice would write. */
export const itemQuery = ({ kind, id }: ItemShown) =>
  queryOptions({
    queryKey: ['reviews', kind, 'one', id],
    queryFn: () =>
      kind === 'conflict'
        ? answer(api.GET('/api/v1/conflicts/{id}', { params: { path: { id } } }))
        : answer(api.GET('/api/v1/approvals/{id}', { params: { path: { id } } })),
  });

/** What an edited value would write; the gateway refuses one that does not fit. */
export const editedQuery = (id: string, value: unknown, isReady: boolean) =>
  queryOptions({
    queryKey: ['reviews', 'conflict', 'edited', id, value],
    queryFn: () => answer(api.POST('/api/v1/conflicts/{id}/preview', { params: { path: { id } }, body: { take: 'edited', value, all: false, reason: '' } })),
    enabled: isReady,
    retry: false,
  });

export interface Decision {
  item: ItemDetail;
  choice: Choice;
  value?: unknown;
  all: boolean;
  reason: string;
}

function decide({ item, choice, value, all, reason }: Decision) {
  const params = { path: { id: item.id } };
  const rest = { all, reason, ...(item.revision ? { base_revision: item.revision } : {}) };
  if (item.kind === 'held') {
    const decision = choice === 'local' ? 'approve' : 'reject';
    return answer(api.POST('/api/v1/approvals/{id}/resolve', { params, body: { decision, ...rest } }));
  }
  return answer(api.POST('/api/v1/conflicts/{id}/resolve', { params, body: { take: choice, ...rest, ...(choice === 'edited' ? { value } : {}) } }));
}

/** Decide an item. Whatever came of it, the rest is looked at again: a refusal says that it is no longer as it was seen. */
export function useDecide() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: decide,
    onSettled(done, _, { item }) {
      const isGone = (key: readonly unknown[]) => key[0] === 'reviews' && key[2] === 'one' && done?.decided.includes(item.id) && key[3] === item.id;
      void client.invalidateQueries({ predicate: (query) => query.meta?.['live'] !== false && !isGone(query.queryKey) });
    },
  });
}
