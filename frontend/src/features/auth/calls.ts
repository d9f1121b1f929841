import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '@/lib/api/client';
import { meQuery } from '@/lib/api/me';
import type { Login, SetUp, SignedIn } from '@/lib/api/schema';
import { sessionBegun } from '@/lib/api/session';

function useEntering<Asked>(call: (asked: Asked) => Promise<SignedIn>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: call,
    onSuccess(entered) {
      sessionBegun(entered.csrf_token);
      client.setQueryData(meQuery.queryKey, entered.user);
      void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'me' }); // what was refused meanwhile
    },
  });
}

export const useLogin = () => useEntering((body: Login) => answer(api.POST('/api/v1/auth/login', { body })));
export const useLink = () => useEntering((link: string) => answer(api.POST('/api/v1/auth/link', { body: { link } })));
export const useSetUp = () => useEntering((body: SetUp) => answer(api.POST('/api/v1/auth/setup', { body })));
