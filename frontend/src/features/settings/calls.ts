import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '@/lib/api/client';
import type { NewRule, NewSchedule, NewToken, NewUser, PolicyTry, UserChange } from '@/lib/api/schema';

const ALL = { limit: 500 };

export const policyQuery = queryOptions({ queryKey: ['settings', 'policy'], queryFn: () => answer(api.GET('/api/v1/policy')) });
export const ignoreQuery = queryOptions({ queryKey: ['settings', 'ignore'], queryFn: () => answer(api.GET('/api/v1/ignore', { params: { query: ALL } })) });
export const schedulesQuery = queryOptions({
  queryKey: ['settings', 'schedules'],
  queryFn: () => answer(api.GET('/api/v1/export/schedules', { params: { query: ALL } })),
});
export const usersQuery = queryOptions({ queryKey: ['settings', 'users'], queryFn: () => answer(api.GET('/api/v1/users', { params: { query: ALL } })) });
export const tokensQuery = queryOptions({ queryKey: ['settings', 'tokens'], queryFn: () => answer(api.GET('/api/v1/auth/tokens', { params: { query: ALL } })) });
export const aboutQuery = queryOptions({ queryKey: ['settings', 'about'], queryFn: () => answer(api.GET('/api/v1/about')) });

/** What a change of the policy would decide of all that waits; nothing is written. */
export const outlookQuery = (asked: PolicyTry | undefined) =>
  queryOptions({
    queryKey: ['settings', 'outlook', asked],
    queryFn: () => answer(api.POST('/api/v1/policy/preview', { body: asked ?? {} })),
    enabled: asked !== undefined,
    retry: false,
  });

/** How much a rule would match, before it is added. */
export const matchesQuery = (pattern: string, client: string | undefined) =>
  queryOptions({
    queryKey: ['settings', 'matches', pattern, client],
    queryFn: () => answer(api.GET('/api/v1/ignore/matches', { params: { query: { pattern, ...(client ? { client } : {}) } } })),
    enabled: pattern !== '',
    retry: false,
  });

/** A change of the settings; everything on the page looks again. */
function useChange<Asked, Answered>(change: (asked: Asked) => Promise<Answered>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: change, onSuccess: () => void client.invalidateQueries({ predicate: (query) => query.meta?.['live'] !== false }) });
}

export const useSavePolicy = () =>
  useChange(({ settings, base }: { settings: Record<string, unknown>; base: string }) =>
    answer(api.PUT('/api/v1/policy', { body: { settings, base_revision: base, reason: '' } })),
  );
export const useIgnore = () => useChange((body: NewRule) => answer(api.POST('/api/v1/ignore', { body })));
export const useHeed = () =>
  useChange(({ pattern, client }: { pattern: string; client: string | null }) =>
    answer(api.DELETE('/api/v1/ignore', { params: { query: { pattern, ...(client ? { client } : {}) } } })),
  );
export const useAddSchedule = () => useChange((body: NewSchedule) => answer(api.POST('/api/v1/export/schedules', { body })));
export const useRunSchedule = () => useChange((name: string) => answer(api.POST('/api/v1/export/schedules/{name}/run', { params: { path: { name } } })));
export const useRemoveSchedule = () => useChange((name: string) => answer(api.DELETE('/api/v1/export/schedules/{name}', { params: { path: { name } } })));
export const useAddUser = () => useChange((body: NewUser) => answer(api.POST('/api/v1/users', { body })));
export const useChangeUser = () =>
  useChange(({ username, ...body }: { username: string } & UserChange) => answer(api.PATCH('/api/v1/users/{username}', { params: { path: { username } }, body })));
export const useRemoveUser = () => useChange((username: string) => answer(api.DELETE('/api/v1/users/{username}', { params: { path: { username } } })));
export const useMakeToken = () => useChange((body: NewToken) => answer(api.POST('/api/v1/auth/tokens', { body })));
export const useRevokeToken = () => useChange((id: string) => answer(api.DELETE('/api/v1/auth/tokens/{id}', { params: { path: { id } } })));
