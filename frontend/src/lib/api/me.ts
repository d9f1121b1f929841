import { queryOptions, useQuery } from '@tanstack/react-query';
import { answer, api } from '@/lib/api/client';
import { isProblem } from '@/lib/api/problem';
import type { Me } from '@/lib/api/schema';
import { sessionBegun } from '@/lib/api/session';

export type Role = Me['role'];
const ROLES: readonly Role[] = ['viewer', 'operator', 'approver', 'admin'];

/** Who is signed in; null: nobody. */
async function me(): Promise<Me | null> {
  try {
    const found = await answer(api.GET('/api/v1/auth/me'));
    sessionBegun(found.csrf_token);
    return found;
  } catch (error) {
    if (isProblem(error, 401)) return null;
    throw error;
  }
}

export const meQuery = queryOptions({ queryKey: ['me'], queryFn: me, staleTime: Infinity, meta: { live: false } });

/** Whether the person may do what needs a role. The gateway decides; this only spares people a refusal. */
export function useMay(role: Role): boolean {
  const { data } = useQuery(meQuery);
  return data ? ROLES.indexOf(data.role) >= ROLES.indexOf(role) : false;
}
