import createClient from 'openapi-fetch';
import { Problem } from '@/lib/api/problem';
import type { paths, ProblemBody } from '@/lib/api/schema';
import { csrfToken, sessionEnded } from '@/lib/api/session';

const CHANGES = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** The gateway, typed by its own description. Use `answer` around each call. */
export const api = createClient<paths>({
  baseUrl: location.origin,
  fetch: (request) => fetch(request), // looked up at each call, so that tests can stand in for the network
});

api.use({
  onRequest({ request }) {
    const token = csrfToken();
    if (token && CHANGES.has(request.method)) request.headers.set('X-CSRF-Token', token);
    return request;
  },
  onResponse({ request, response }) {
    const isSigningIn = new URL(request.url).pathname.startsWith('/api/v1/auth/');
    if (response.status === 401 && !isSigningIn) sessionEnded();
  },
  onError: () => new Problem({}, 0),
});

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data of a call; a refused one is thrown as a `Problem`. */
export async function answer<T>(call: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await call;
  if (error !== undefined || !response.ok) throw new Problem(typeof error === 'object' ? (error as Partial<ProblemBody>) : {}, response.status);
  return data as T;
}
