import { useMutation, useQueryClient, type QueryClient, type QueryKey } from '@tanstack/react-query';
import { answer, api } from '@/lib/api/client';
import type { ClientChange, ClientShown } from '@/lib/api/schema';

const ONE = ['clients', 'one'];
const shown = (client: QueryClient, id: string) => client.getQueriesData<ClientShown>({ queryKey: [...ONE, id] });

/** The page shows the mode that was asked for at once; what it showed before comes back where the gateway refuses. */
async function showAtOnce(client: QueryClient, id: string, mode: ClientChange['mode']): Promise<[QueryKey, ClientShown | undefined][]> {
  await client.cancelQueries({ queryKey: [...ONE, id] });
  const before = shown(client, id);
  for (const [key, target] of before) if (target) client.setQueryData<ClientShown>(key, { ...target, mode });
  return before;
}

/** Give a target a mode; `suspended` with a reason leaves it alone. */
export function useChangeClient() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...body }: { id: string } & ClientChange) => answer(api.PATCH('/api/v1/clients/{id}', { params: { path: { id } }, body })),
    onMutate: ({ id, mode }) => showAtOnce(client, id, mode),
    onError: (_, __, before) => before?.forEach(([key, target]) => client.setQueryData(key, target)),
    onSettled: () => void client.invalidateQueries({ predicate: (query) => query.meta?.['live'] !== false }),
  });
}
