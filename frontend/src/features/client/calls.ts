import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '@/lib/api/client';
import { clientsPageQuery } from '@/lib/api/clients';
import type { GapAcceptance, Sharing } from '@/lib/api/schema';

const at = (id: string) => ({ path: { id } });

export const clientQuery = (id: string) =>
  queryOptions({ queryKey: ['clients', 'one', id], queryFn: () => answer(api.GET('/api/v1/clients/{id}', { params: at(id) })) });

export const filesQuery = (id: string) =>
  queryOptions({ queryKey: ['clients', 'files', id], queryFn: () => answer(api.GET('/api/v1/clients/{id}/files', { params: at(id) })) });

export const diffQuery = (id: string, kind: 'drift' | 'pending') =>
  queryOptions({
    queryKey: ['clients', 'diff', id, kind],
    queryFn: () => answer(api.GET('/api/v1/clients/{id}/diff', { params: { ...at(id), query: { kind } } })),
  });

/** Give entities to everybody, or keep them for some: which call, and for whom. */
export interface MoveAsked {
  call: 'share' | 'keep-local';
  body: Partial<Pick<Sharing, 'client' | 'machine' | 'project' | 'local'>>;
}

const move = ({ call, body }: MoveAsked, entity: string, rest: Pick<Sharing, 'dry_run' | 'reason' | 'base_revision'>) => {
  const whole = { entities: [entity], ...body, ...rest };
  return call === 'share' ? answer(api.POST('/api/v1/share', { body: whole })) : answer(api.POST('/api/v1/keep-local', { body: whole }));
};

/** What a move would write; nothing is written. Asked for anew each time: the move before has changed the answer. */
export const moveQuery = (asked: MoveAsked, entity: string) =>
  queryOptions({
    queryKey: ['clients', 'move', entity, asked],
    queryFn: () => move(asked, entity, { dry_run: true, reason: '' }),
    retry: false,
    staleTime: 0,
    gcTime: 0,
    meta: { live: false },
  });

export function useMove() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ asked, entity, base, reason }: { asked: MoveAsked; entity: string; base: string | null; reason: string }) =>
      move(asked, entity, { dry_run: false, reason, ...(base ? { base_revision: base } : {}) }),
    onSuccess: () => void client.invalidateQueries({ predicate: (query) => query.meta?.['live'] !== false }),
  });
}

/** The projects that some client here has. */
export const projectsQuery = queryOptions({
  ...clientsPageQuery({ q: '/project:', registered: true, limit: 500 }),
  select: ({ items }) => [...new Set(items.map((one) => one.scope).filter((scope) => scope.startsWith('project:')))].map((scope) => scope.slice('project:'.length)).sort(),
});

/** What a kind of client cannot hold, accepted or not. */
export const gapsQuery = (type: string) =>
  queryOptions({ queryKey: ['gaps', type], queryFn: () => answer(api.GET('/api/v1/gaps', { params: { query: { client: type, limit: 500 } } })) });

/** A gap by name, as it is accepted: an entity, or one field of it. */
export const gapName = ({ entity, field }: { entity: string; field: string | null }) => (field ? `${entity}.${field}` : entity);

export function useAcceptGap() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: GapAcceptance) => answer(api.POST('/api/v1/gaps/accept', { body })),
    onSuccess: () => client.invalidateQueries({ predicate: (query) => query.meta?.['live'] !== false }),
  });
}
