import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '@/lib/api/client';

const SHOWN = 50;

/** The latest recorded passes. */
export const passesQuery = (status: 'all' | 'success' | 'failed') =>
  queryOptions({
    queryKey: ['passes', status],
    queryFn: () => answer(api.GET('/api/v1/sync/sessions', { params: { query: { limit: SHOWN, ...(status === 'all' ? {} : { status }) } } })),
  });

/** The clients found here, and what accepting would do to each; nothing is written by looking. */
export const planQuery = (prefer: string | undefined) =>
  queryOptions({ queryKey: ['adoption', prefer], queryFn: () => answer(api.GET('/api/v1/adoption', { params: { query: { prefer } } })) });

/** Accept the plan that was shown, and no other. */
export function useAccept() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { plan: string; prefer: string | null }) => answer(api.POST('/api/v1/adoption', { body: { ...body, reason: '' } })),
    onSettled: () => void client.invalidateQueries({ predicate: (query) => query.meta?.['live'] !== false }),
  });
}

/** Register a client that was found here. It is observed first: nothing is written to it until a person says so. */
export function useRegister() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => answer(api.POST('/api/v1/clients', { body: { client: name, mode: 'observe', reason: '' } })),
    onSuccess: () => void client.invalidateQueries({ queryKey: ['clients'] }),
  });
}
