import { QueryClient } from '@tanstack/react-query';
import { isProblem } from '@/lib/api/problem';

const FRESH_MS = 10_000;
const TRIES = 2;

/** What the gateway refused stays refused; what did not come is asked for again. */
const again = (failures: number, error: unknown) => failures < TRIES && (!isProblem(error) || error.status === 0 || error.status >= 500);

export const queryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: { staleTime: FRESH_MS, retry: again, refetchOnWindowFocus: true, networkMode: 'always' },
      mutations: { networkMode: 'always' },
    },
  });
