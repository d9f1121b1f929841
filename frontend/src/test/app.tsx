import { vi } from 'vitest';
import { QueryClientProvider } from '@tanstack/react-query';
import { createMemoryHistory, RouterProvider } from '@tanstack/react-router';
import { render } from '@testing-library/react';
import { http, HttpResponse, type HttpHandler } from 'msw';
import { queryClient } from '@/app/queryClient';
import { createAppRouter } from '@/app/router';
import type { ClientShown, Me, StatusShown } from '@/lib/api/schema';
import { gateway } from '@/test/gateway';

export const ME: Me = { username: 'ann', role: 'admin', by: 'cookie', expires_at: 1_790_000_000, csrf_token: 'of-the-page' };

export const STATUS: StatusShown = {
  head: '4f2c1a9b00',
  ready: false,
  counts: { targets: 2, ready: 1, conflict: 1 },
  sessions: { success: 12, failed: 1 },
  last_run: 1_780_000_000,
  conflicts: 1,
  approvals: 0,
  targets: [],
  proposed: [],
  problems: [],
  events: [],
  paused: null,
  cursor: '1-0',
  looked_at: 1_780_000_000,
};

/** A target, as the gateway shows one; the test says what is special about it. */
export const target = (more: Partial<ClientShown> = {}): ClientShown => ({
  id: 'laptop-1/codex/user',
  type: 'codex',
  name: 'Codex CLI',
  machine: 'laptop-1',
  scope: 'user',
  root: '/home/ann',
  registered: true,
  mode: 'sync',
  detail: {},
  outcome: 'unchanged',
  ready: true,
  synced_revision: '4f2c1a9b00',
  conditions: [{ type: 'Ready', status: 'True', reason: 'InSync', message: 'the files hold what main says', revision: null, since: 1_780_000_000 }],
  entities: { mcp: 3, rules: 1, tools: 1 },
  drifted_fields: 0,
  dropped: [],
  problems: [],
  last_change: null,
  waits_for_start: [],
  ...more,
});

export const page = <T,>(items: T[], more: object = {}) => ({ items, total: items.length, limit: 100, offset: 0, counts: {}, ...more });

/** What every page asks for; a test's own handlers come first. */
const always = [
  http.get('*/api/v1/auth/me', () => HttpResponse.json(ME)),
  http.get('*/api/v1/sync/status', () => HttpResponse.json(STATUS)),
  http.get('*/api/v1/clients', () => HttpResponse.json(page([]))),
];

/** The live connection is another test's matter. */
class Quiet {
  close = () => undefined;
}

/** The whole application at an address, over a gateway that answers as the handlers say. */
export function openAt(address: string, ...handlers: HttpHandler[]) {
  vi.stubGlobal('WebSocket', Quiet);
  gateway.use(...handlers, ...always);
  const client = queryClient();
  const router = createAppRouter(client, createMemoryHistory({ initialEntries: [address] }));
  render(
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  );
  return router;
}
