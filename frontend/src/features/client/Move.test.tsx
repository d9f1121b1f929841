import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { expect, it } from 'vitest';
import type { Moved } from '@/lib/api/schema';
import { ME, openAt, page, target } from '@/test/app';

const ID = 'laptop-1/codex/user';
const path = `*/api/v1/clients/${encodeURIComponent(ID)}`;
const gone = { entity: 'mcp/search', field: null, before: { command: 'example-search' }, after: null, by: null };

const moved = (more: Partial<Moved> = {}): Moved => ({
  moved: [{ entity: 'mcp/search', from: '', to: 'overlays/client/codex', warning: null }],
  files: [],
  changes: [],
  head: '4f2c1a9b00',
  dry_run: true,
  targets: [],
  previews: [{ id: 'laptop-1/qwen/user', outcome: 'converged', fields: [gone], files: [] }],
  ...more,
});

/** The page of a client with one entity chosen; what the gateway is asked for is kept. */
function openOn(answers: { share?: object; keep?: object; status?: number }, client = target(), role = ME.role) {
  const asked: [string, unknown][] = [];
  const answer = (name: string, body: object = moved()) =>
    http.post(`*/api/v1/${name}`, async ({ request }) => {
      asked.push([name, await request.json()]);
      return HttpResponse.json(body, { status: name === 'share' ? (answers.status ?? 200) : 200 });
    });
  const diff = { id: ID, kind: 'drift', revision: null, fields: [], files: [], problems: [], counts: { fields: 0, files: 0 } };
  openAt(
    `/clients/${ID}?only=mcp/search`,
    http.get('*/api/v1/auth/me', () => HttpResponse.json({ ...ME, role })),
    answer('share', answers.share),
    answer('keep-local', answers.keep),
    http.get(`${path}/files`, () => HttpResponse.json({ id: ID, root: '/home/ann', files: [] })),
    http.get(`${path}/diff`, () => HttpResponse.json(diff)),
    http.get(path, () => HttpResponse.json(client)),
    http.get('*/api/v1/clients', () => HttpResponse.json(page([target({ id: 'laptop-1/claude/project:shop', scope: 'project:shop' })]))),
  );
  return asked;
}

async function openDialog() {
  await userEvent.click(await screen.findByRole('button', { name: 'Share or keep local' }));
  return within(await screen.findByRole('dialog'));
}

it('shows what keeping an entry local takes from the others, and then does just that', async () => {
  const asked = openOn({});
  const dialog = await openDialog();
  await userEvent.selectOptions(dialog.getByLabelText('Who is to have it'), 'Only Codex CLI, on every machine');
  expect(await dialog.findByRole('region', { name: 'laptop-1/qwen/user' })).toBeVisible();
  expect(dialog.getByText('overlays/client/codex')).toBeVisible();
  await waitFor(() => expect(dialog.getByRole('button', { name: 'Keep local' })).toBeEnabled());
  await userEvent.type(dialog.getByLabelText('Reason, for the audit trail'), 'only there');
  await userEvent.click(dialog.getByRole('button', { name: 'Keep local' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
  const kept = asked.filter(([name]) => name === 'keep-local').map(([, body]) => body);
  expect(kept).toEqual([
    { entities: ['mcp/search'], client: 'codex', dry_run: true, reason: '' },
    { entities: ['mcp/search'], client: 'codex', dry_run: false, reason: 'only there', base_revision: '4f2c1a9b00' },
  ]);
});

it('asks anew what a move would write each time it is opened', async () => {
  const asked = openOn({});
  for (const times of [1, 2]) {
    const dialog = await openDialog();
    expect(await dialog.findByRole('region', { name: 'laptop-1/qwen/user' })).toBeVisible();
    expect(asked).toHaveLength(times);
    await userEvent.click(dialog.getByRole('button', { name: 'Cancel' }));
  }
});

it('moves nothing where everybody has it already', async () => {
  openOn({ share: moved({ moved: [{ entity: 'mcp/search', from: '', to: '', warning: null }], previews: [] }) });
  const dialog = await openDialog();
  expect(await dialog.findByText('It is there already: nothing would change.')).toBeVisible();
  expect(dialog.getByRole('button', { name: 'Share' })).toBeDisabled();
});

it('says why something cannot be shared, and asks again for the one that is meant', async () => {
  const asked = openOn({ share: { detail: 'mcp/search: several layers have it' }, status: 422 });
  const dialog = await openDialog();
  expect(await dialog.findByRole('alert')).toHaveTextContent('several layers have it');
  expect(dialog.getByRole('button', { name: 'Share' })).toBeDisabled();
  await userEvent.selectOptions(dialog.getByLabelText('Whose is shared'), 'That of Codex CLI on laptop-1');
  await waitFor(() => expect(asked.at(-1)).toEqual(['share', { entities: ['mcp/search'], client: 'codex', machine: 'laptop-1', dry_run: true, reason: '' }]));
});

it('says which clients get it only after an approval', async () => {
  const dropped = [{ entity: 'mcp/search', field: null, reason: 'a shell runs it', kind: 'held' }];
  openOn({ share: moved({ moved: [{ entity: 'mcp/search', from: 'overlays/client/codex', to: '', warning: null }], targets: [{ id: 'laptop-1/qwen/user', outcome: 'held', written: [], dropped, problems: [] }] }) });
  const dialog = await openDialog();
  expect(await dialog.findByText('1 client gets it once it is approved')).toBeVisible();
});

it('keeps an entry in a project that a client here has', async () => {
  const asked = openOn({});
  const dialog = await openDialog();
  await userEvent.selectOptions(dialog.getByLabelText('Who is to have it'), await dialog.findByRole('option', { name: 'Only the project shop' }));
  await waitFor(() => expect(asked.at(-1)).toEqual(['keep-local', { entities: ['mcp/search'], project: 'shop', dry_run: true, reason: '' }]));
});

it.each([
  ['project:shop', 'Everybody, in every folder: share it', { project: 'shop' }],
  ['local:shop', 'Everybody who has the project shop: share it', { local: 'shop', client: 'codex' }],
])('gives away what is in %s', async (scope, words, body) => {
  const asked = openOn({}, target({ scope }));
  const dialog = await openDialog();
  expect(dialog.getAllByRole('option').map((one) => one.textContent)).toEqual([words]);
  await waitFor(() => expect(asked.at(-1)).toEqual(['share', { entities: ['mcp/search'], ...body, dry_run: true, reason: '' }]));
});

it('offers no move to who may only look', async () => {
  openOn({}, target(), 'viewer');
  expect(await screen.findByRole('button', { name: 'Show all' })).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Share or keep local' })).not.toBeInTheDocument();
});
