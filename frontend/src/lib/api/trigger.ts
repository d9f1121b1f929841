import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '@/lib/api/client';
import type { Trigger } from '@/lib/api/schema';

/** Reconcile now: all, or the named targets. */
export function useTrigger() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Partial<Trigger>) => answer(api.POST('/api/v1/sync/trigger', { body: { targets: [], dry_run: false, reason: '', ...body } })),
    onSuccess: (_, asked) => (asked.dry_run ? undefined : client.invalidateQueries({ predicate: (query) => query.meta?.['live'] !== false })),
  });
}
