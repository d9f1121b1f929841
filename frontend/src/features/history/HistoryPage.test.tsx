import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { expect, it } from 'vitest';
import { openAt, page } from '@/test/app';

const commit = (revision: string, subject: string) => ({
  revision,
  subject,
  author: { name: 'Codex CLI on laptop-1', email: 'codex@laptop-1' },
  at: 1_780_000_000,
  parents: ['0000aaaa'],
  trailers: [['Entity', 'mcp/github']],
});
const detail = (revision: string, subject: string) => ({
  ...commit(revision, subject),
  message: `${subject}\n\nTwo reasons.\n\nEntity: mcp/github\n`,
  changes: [{ entity: 'mcp/github', field: 'args', before: ['5'], after: ['20'], path: 'mcp/github.yaml' }],
  files: [{ path: 'mcp/github.yaml', status: 'modified', added: 1, removed: 1, text: '', hunks: [] }],
});
const ALL = [commit('aaaa1111', 'Capture args of mcp/github'), commit('bbbb2222', 'Adopt the clients of laptop-1')];
const asked: string[] = [];
const handlers = [
  http.get('*/api/v1/history', ({ request }) => {
    const { searchParams } = new URL(request.url);
    asked.push(searchParams.toString());
    return HttpResponse.json(page(searchParams.get('conflict') === 'true' ? [] : ALL));
  }),
  http.get('*/api/v1/history/:rev', ({ params }) => {
    const found = ALL.find((one) => one.revision === params['rev']);
    return HttpResponse.json(detail(found?.revision ?? '', found?.subject ?? ''));
  }),
];

it('shows the newest commit with its trailers and what it changed', async () => {
  openAt('/history', ...handlers);
  const shown = await screen.findByRole('article', { name: 'Commit' });
  expect(await within(shown).findByText('Two reasons.')).toBeVisible();
  expect(within(shown).getByText('Entity')).toBeVisible();
  expect(within(shown).getByText('["20"]')).toBeVisible();
});

it('keeps the commit that is looked at in the address', async () => {
  const router = openAt('/history', ...handlers);
  await userEvent.click(await screen.findByText('Adopt the clients of laptop-1'));
  expect(router.state.location.search).toEqual({ rev: 'bbbb2222' });
  const shown = await screen.findByRole('article', { name: 'Commit' });
  expect(await within(shown).findByRole('heading', { name: 'Adopt the clients of laptop-1' })).toBeVisible();
});

it('asks the gateway to filter, and says what to do when nothing matches', async () => {
  openAt('/history', ...handlers);
  await userEvent.click(await screen.findByRole('checkbox', { name: 'Settled a conflict' }));
  expect(await screen.findByText('No commit matches')).toBeVisible();
  expect(asked.at(-1)).toContain('conflict=true');
  await userEvent.click(screen.getByRole('button', { name: 'Clear the filters' }));
  expect(await screen.findByRole('heading', { name: 'Capture args of mcp/github' })).toBeVisible();
});

it('shows what a revert would write before it writes it', async () => {
  const sent: unknown[] = [];
  const revert = http.post('*/api/v1/history/aaaa1111/revert', async ({ request }) => {
    const body = (await request.json()) as { dry_run: boolean };
    sent.push(body);
    const previews = [{ id: 'laptop-1/qwen/user', outcome: 'converged', fields: [], files: [] }];
    return HttpResponse.json({ dry_run: body.dry_run, head: 'cccc3333', revision: body.dry_run ? null : 'dddd', previews, targets: [] });
  });
  openAt('/history', revert, ...handlers);
  await userEvent.click(await screen.findByRole('button', { name: 'Revert' }));
  const dialog = await screen.findByRole('dialog');
  expect(await within(dialog).findByRole('region', { name: 'laptop-1/qwen/user' })).toBeVisible();
  await userEvent.type(within(dialog).getByRole('textbox', { name: /Reason/ }), 'by mistake');
  await userEvent.click(within(dialog).getByRole('button', { name: 'Revert' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
  expect(sent.at(-1)).toEqual({ dry_run: false, reason: 'by mistake', base_revision: 'cccc3333' });
});

it('says why a commit cannot be reverted', async () => {
  const refused = http.post('*/api/v1/history/aaaa1111/revert', () => HttpResponse.json({ detail: 'what it changed has changed since' }, { status: 409 }));
  openAt('/history', refused, ...handlers);
  await userEvent.click(await screen.findByRole('button', { name: 'Revert' }));
  const dialog = await screen.findByRole('dialog');
  expect(await within(dialog).findByText('what it changed has changed since')).toBeVisible();
  expect(within(dialog).getByRole('button', { name: 'Revert' })).toBeDisabled();
});

it('goes on showing the commit that is read when a newer one lands', async () => {
  const lines = [...ALL];
  const growing = http.get('*/api/v1/history', () => HttpResponse.json(page(lines)));
  const client = openAt('/history', growing, ...handlers).options.context.client;
  expect(await screen.findByRole('heading', { name: 'Capture args of mcp/github' })).toBeVisible();
  lines.unshift(commit('cccc3333', 'Capture a newer one'));
  await client.invalidateQueries();
  expect(await screen.findByText('Capture a newer one')).toBeVisible();
  expect(screen.getByRole('heading', { name: 'Capture args of mcp/github' })).toBeVisible();
});
