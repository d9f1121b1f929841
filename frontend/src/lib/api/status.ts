import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '@/lib/api/client';

/** The state of everything in one answer. */
export const statusQuery = queryOptions({ queryKey: ['status'], queryFn: () => answer(api.GET('/api/v1/sync/status')) });
