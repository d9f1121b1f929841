import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse, type HttpHandler } from 'msw';
import { expect, it } from 'vitest';
import type { ItemDetail } from '@/lib/api/schema';
import { openAt, page } from '@/test/app';

const by = { author: 'ann', target: 'laptop-1/qwen/user', at: 1_780_000_000, revision: '4f2c1a9b00' };
const PREVIEW = { id: 'laptop-1/codex/user', outcome: 'converged', fields: [{ entity: 'mcp/search', field: 'args', before: ['5'], after: ['20'] }], files: [] };

const item = (more: Partial<ItemDetail> = {}): ItemDetail => ({
  id: 'aaaa',
  target: 'laptop-1/qwen/user',
  kind: 'conflict',
  entity: 'mcp/search',
  field: 'args',
  base: ['5'],
  local: ['20'],
  central: ['10'],
  local_by: by,
  central_by: { ...by, author: 'bob', target: 'laptop-1/codex/user' },
  reason: 'both sides changed it',
  revision: '4f2c1a9b00',
  suggestions: [{ policy: 'last-write-wins', take: 'local', value: ['20'], is_in_force: true }],
  previews: { local: [PREVIEW], central: [], base: [] },
  ...more,
});

/** A gateway with these items; what is decided goes, and is remembered. */
function waiting(...all: ItemDetail[]) {
  const sent: { id: string; body: unknown }[] = [];
  let left = all;
  const list = http.get('*/api/v1/conflicts', ({ request }) => {
    const entity = new URL(request.url).searchParams.get('entity');
    return HttpResponse.json(page(left.filter((one) => !entity || one.entity.includes(entity))));
  });
  const detail = http.get('*/api/v1/conflicts/:id', ({ params }) => {
    const found = left.find((one) => one.id === params['id']);
    return found ? HttpResponse.json(found) : HttpResponse.json({ detail: 'there is no such item' }, { status: 404 });
  });
  const tries = http.post('*/api/v1/conflicts/:id/preview', () => HttpResponse.json([PREVIEW]));
  const resolve = http.post('*/api/v1/conflicts/:id/resolve', async ({ params, request }) => {
    const id = String(params['id']);
    sent.push({ id, body: await request.json() });
    left = left.filter((one) => one.id !== id);
    return HttpResponse.json({ decided: [id], rebased: false, head: 'ffff', targets: [{ id: 'laptop-1/codex/user', outcome: 'converged', written: ['/home/ann/.codex/config.toml'], dropped: [], problems: [] }] });
  });
  const handlers: HttpHandler[] = [list, detail, tries, resolve];
  const decidedElsewhere = (id: string) => (left = left.filter((one) => one.id !== id));
  return { sent, handlers, decidedElsewhere };
}

it('shows the sides with who made each, and what the policy would take', async () => {
  openAt('/conflicts', ...waiting(item()).handlers);
  const sides = await screen.findByRole('group', { name: 'Which value it becomes' });
  expect(within(sides).getByText('["20"]')).toBeVisible();
  expect(within(sides).getByText('bob')).toBeVisible();
  expect(within(sides).getByText('last-write-wins would take it')).toBeVisible();
});

it('decides by two keys, and goes on to the next', async () => {
  const { sent, handlers } = waiting(item(), item({ id: 'bbbb', entity: 'mcp/other' }));
  const router = openAt('/conflicts', ...handlers);
  await screen.findByRole('group', { name: 'Which value it becomes' });
  await userEvent.keyboard('o');
  expect(await screen.findByRole('region', { name: 'laptop-1/codex/user' })).toBeVisible();
  expect(sent).toEqual([]);
  await userEvent.keyboard('{Enter}');
  await waitFor(() => expect(router.state.location.search).toEqual({ id: 'bbbb' }));
  expect(sent).toEqual([{ id: 'aaaa', body: { take: 'local', all: false, reason: '', base_revision: '4f2c1a9b00' } }]);
  expect(await screen.findByText('Decided. 1 file written.')).toBeVisible();
});

it('moves by j and k, and says so in the address', async () => {
  const router = openAt('/conflicts', ...waiting(item(), item({ id: 'bbbb', entity: 'mcp/other' })).handlers);
  await screen.findByRole('group', { name: 'Which value it becomes' });
  await userEvent.keyboard('j');
  await waitFor(() => expect(router.state.location.search).toEqual({ id: 'bbbb' }));
  await userEvent.keyboard('k');
  await waitFor(() => expect(router.state.location.search).toEqual({ id: 'aaaa' }));
});

it('takes an edited value, once the gateway says that it fits', async () => {
  const { sent, handlers } = waiting(item());
  const tries = http.post('*/api/v1/conflicts/:id/preview', async ({ request }) => {
    const { value } = (await request.json()) as { value: unknown };
    return Array.isArray(value) ? HttpResponse.json([PREVIEW]) : HttpResponse.json({ detail: 'args: a list is expected' }, { status: 422 });
  });
  openAt('/conflicts', tries, ...handlers);
  await screen.findByRole('group', { name: 'Which value it becomes' });
  await userEvent.keyboard('e');
  const field = await screen.findByRole('textbox', { name: 'Value' });
  await userEvent.clear(field);
  await userEvent.type(field, '15');
  expect(await screen.findByText('args: a list is expected')).toBeVisible();
  expect(screen.getByRole('button', { name: 'Take this value' })).toBeDisabled();
  await userEvent.clear(field);
  await userEvent.paste('["15"]');
  await waitFor(() => expect(screen.getByRole('button', { name: 'Take this value' })).toBeEnabled());
  await userEvent.click(screen.getByRole('button', { name: 'Take this value' }));
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]?.body).toMatchObject({ take: 'edited', value: ['15'] });
});

it('says where edited JSON is none', async () => {
  openAt('/conflicts', ...waiting(item()).handlers);
  await screen.findByRole('group', { name: 'Which value it becomes' });
  await userEvent.keyboard('e');
  const field = await screen.findByRole('textbox', { name: 'Value' });
  await userEvent.clear(field);
  await userEvent.paste('["15"');
  expect(field).toBeInvalid();
});

it('keeps what was chosen where the gateway refuses, and says why', async () => {
  const stale = http.post('*/api/v1/conflicts/:id/resolve', () => HttpResponse.json({ detail: 'main has moved; look again' }, { status: 409 }));
  openAt('/conflicts', stale, ...waiting(item()).handlers);
  await screen.findByRole('group', { name: 'Which value it becomes' });
  await userEvent.keyboard('t');
  await userEvent.click(screen.getByRole('button', { name: 'Take central' }));
  expect(await screen.findByText('main has moved; look again')).toBeVisible();
  expect(screen.getByRole('radio', { name: 'Central' })).toBeChecked();
});

it('says what to do when nothing waits', async () => {
  openAt('/conflicts', ...waiting().handlers);
  expect(await screen.findByText('No conflicts')).toBeVisible();
});

it('draws only the rows in sight of a thousand', async () => {
  const many = Array.from({ length: 1000 }, (_, at) => item({ id: `a${at}` }));
  openAt('/conflicts', ...waiting(...many).handlers);
  const queue = await screen.findByRole('navigation', { name: 'What waits' });
  expect((await within(queue).findAllByRole('listitem')).length).toBeLessThan(60);
});

it('shows the next in the place of one that was decided elsewhere', async () => {
  const { handlers, decidedElsewhere } = waiting(item(), item({ id: 'bbbb', entity: 'mcp/second' }), item({ id: 'cccc', entity: 'mcp/third' }));
  const client = openAt('/conflicts?id=bbbb', ...handlers).options.context.client;
  expect(await screen.findByRole('heading', { name: /mcp\/second/ })).toBeVisible();
  decidedElsewhere('bbbb');
  await client.invalidateQueries({ refetchType: 'active' });
  expect(await screen.findByRole('heading', { name: /mcp\/third/ })).toBeVisible();
});
