import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '@/lib/api/client';

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
