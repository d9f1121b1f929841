import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { HistorySearch } from '@/features/history/search';
import { answer, api } from '@/lib/api/client';
import { present } from '@/lib/search';

const PAGE = 100;

export type CommitFilter = Omit<HistorySearch, 'rev'>;

const page = (query: CommitFilter & { limit: number; offset: number }) => answer(api.GET('/api/v1/history', { params: { query } }));
const commit = (rev: string) => answer(api.GET('/api/v1/history/{rev}', { params: { path: { rev } } }));

export type CommitLine = Awaited<ReturnType<typeof page>>['items'][number];
export type CommitWhole = Awaited<ReturnType<typeof commit>>;

/** Commits of main, newest first, a page at a time. */
export const commitsQuery = ({ entity, client, q, conflict }: CommitFilter) =>
  infiniteQueryOptions({
    queryKey: ['history', 'list', { entity, client, q, conflict }],
    queryFn: ({ pageParam }) => page({ ...present({ entity, client, q, conflict }), limit: PAGE, offset: pageParam }),
    initialPageParam: 0,
    getNextPageParam: (last) => (last.offset + last.items.length < last.total ? last.offset + last.items.length : undefined),
  });

/** A commit never changes: it is asked for once. */
export const commitQuery = (rev: string) =>
  queryOptions({
    queryKey: ['history', 'commit', rev],
    queryFn: () => commit(rev),
    staleTime: Infinity,
    meta: { live: false },
  });

/** What taking a commit back would write; nothing is written. Asked for anew each time: main may have moved. */
export const revertQuery = (rev: string) =>
  queryOptions({
    queryKey: ['history', 'revert', rev],
    queryFn: () => answer(api.POST('/api/v1/history/{rev}/revert', { params: { path: { rev } }, body: { dry_run: true, reason: '' } })),
    retry: false,
    staleTime: 0,
    gcTime: 0,
    meta: { live: false },
  });

export function useRevert() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ rev, base, reason }: { rev: string; base: string | null; reason: string }) =>
      answer(api.POST('/api/v1/history/{rev}/revert', { params: { path: { rev } }, body: { dry_run: false, reason, ...(base ? { base_revision: base } : {}) } })),
    onSuccess: () => void client.invalidateQueries({ predicate: (query) => query.meta?.['live'] !== false }),
  });
}
