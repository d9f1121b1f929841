import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { expect, it } from 'vitest';
import { openAt, page, STATUS, target } from '@/test/app';

const conflict = { type: 'Conflict', status: 'True', reason: 'ManualReview', message: 'mcp/search waits for a decision', revision: null, since: 1 };
const qwen = target({ id: 'laptop-1/qwen/user', type: 'qwen', name: 'Qwen Code', ready: false, outcome: 'conflict', conditions: [conflict] });

/** The list as the gateway filters it. */
const clients = (...all: ReturnType<typeof target>[]) =>
  http.get('*/api/v1/clients', ({ request }) => {
    const query = new URL(request.url).searchParams;
    const condition = query.get('condition');
    const offset = Number(query.get('offset') ?? 0);
    const found = all.filter((one) => String(one.registered) === query.get('registered') && (!condition || one.conditions.some((c) => c.type === condition)));
    return HttpResponse.json(page(found.slice(offset, offset + Number(query.get('limit'))), { total: found.length, offset }));
  });

it('shows how each client stands by words, not by colour alone', async () => {
  openAt('/', clients(target(), qwen));
  const codex = await screen.findByRole('article', { name: 'laptop-1/codex/user' });
  expect(within(codex).getByText('In step')).toBeVisible();
  expect(within(codex).getByText('Healthy')).toBeVisible();
  const other = screen.getByRole('article', { name: 'laptop-1/qwen/user' });
  expect(within(other).getByText('Conflict')).toBeVisible();
  expect(within(other).getByText('mcp/search waits for a decision')).toBeVisible();
});

it('filters by a count, says so in the address, and takes it back', async () => {
  const router = openAt('/', clients(target(), qwen));
  await userEvent.click(await screen.findByRole('button', { name: /^Conflicts/ }));
  await waitFor(() => expect(screen.queryByRole('article', { name: 'laptop-1/codex/user' })).not.toBeInTheDocument());
  expect(router.state.location.search).toEqual({ show: 'Conflict' });
  await userEvent.click(screen.getByRole('button', { name: /^Conflicts/ }));
  expect(await screen.findByRole('article', { name: 'laptop-1/codex/user' })).toBeVisible();
});

it('begins with the filter that its address holds', async () => {
  openAt('/?show=Conflict', clients(target(), qwen));
  expect(await screen.findByRole('article', { name: 'laptop-1/qwen/user' })).toBeVisible();
  expect(screen.getByRole('button', { name: /^Conflicts/ })).toHaveAttribute('aria-pressed', 'true');
});

it('draws only the tiles in sight of a thousand clients', async () => {
  openAt('/', clients(...Array.from({ length: 1000 }, (_, at) => target({ id: `m${at}/codex/user` }))));
  expect((await screen.findAllByRole('article')).length).toBeLessThan(60);
});

it('syncs one client, and says what came of it', async () => {
  let asked: unknown;
  openAt(
    '/',
    clients(target()),
    http.post('*/api/v1/sync/trigger', async ({ request }) => {
      asked = { body: await request.json(), csrf: request.headers.get('X-CSRF-Token') };
      return HttpResponse.json({ head: null, dry_run: false, targets: [{ id: 'laptop-1/codex/user', outcome: 'converged', written: [], dropped: [], problems: [] }] });
    }),
  );
  const tile = await screen.findByRole('article');
  await userEvent.click(within(tile).getByRole('button', { name: 'Sync now' }));
  expect(await screen.findByText('Codex CLI: written')).toBeVisible();
  expect(asked).toEqual({ body: { targets: ['laptop-1/codex/user'], dry_run: false, reason: '' }, csrf: 'of-the-page' });
});

it('says what to do when the gateway does not answer', async () => {
  openAt('/', clients(), http.get('*/api/v1/sync/status', () => HttpResponse.json({ detail: 'the repository is damaged; run doctor' }, { status: 409 })));
  expect(await screen.findByText('the repository is damaged; run doctor')).toBeVisible();
  expect(screen.getByRole('button', { name: 'Try again' })).toBeVisible();
});

it('says what people did in words, with a link where it is about a client', async () => {
  const did = (kind: string, about: string) => ({ cursor: kind, kind, at: 1, payload: { target: about, person: 'bo' } });
  openAt('/', http.get('*/api/v1/sync/status', () => HttpResponse.json({ ...STATUS, events: [did('adoption.accept', 'laptop-1'), did('clients.mode', 'laptop-1/codex/user'), did('sync.trigger', 'all')] })));
  expect(await screen.findAllByText('bo')).toHaveLength(3);
  for (const words of ['plan accepted', 'mode changed', 'sync asked for']) expect(screen.getByText(words)).toBeVisible();
  expect(screen.getByRole('link', { name: 'laptop-1/codex/user' })).toBeVisible();
  expect(screen.queryByRole('link', { name: 'laptop-1' })).not.toBeInTheDocument();
});

it('lists what waits for its merge on the Git host, with the branch and who made it', async () => {
  const proposed = [{ branch: 'changes/laptop-1/commands/01K9Z3', subject: 'Suspend codex', author: 'bo', at: 1_780_000_000 }];
  openAt('/', clients(target()), http.get('*/api/v1/sync/status', () => HttpResponse.json({ ...STATUS, proposed })));
  const list = within(await screen.findByRole('list', { name: 'Waits for its merge on the Git host' }));
  expect(list.getByText('Suspend codex')).toBeVisible();
  expect(list.getByText('changes/laptop-1/commands/01K9Z3')).toBeVisible();
  expect(list.getByText(/^bo/)).toBeVisible();
});

it('says nothing of proposals where there are none', async () => {
  openAt('/', clients(target()));
  await screen.findByRole('article');
  expect(screen.queryByText('Waits for its merge on the Git host')).not.toBeInTheDocument();
});
