import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { expect, it } from 'vitest';
import { ME, openAt, page, target } from '@/test/app';

const ID = 'laptop-1/codex/user';
const path = `*/api/v1/clients/${encodeURIComponent(ID)}`;
const gap = (entity: string, field: string | null) => ({ entity, field, reason: 'Codex CLI cannot hold this', kind: 'gap' as const });
const deny = gap('tools/default', 'deny read:~/.ssh/**');
const filter = gap('mcp/search', 'include_tools');

function openOn(accepted: (typeof deny)[] = [], role = ME.role) {
  const asked: unknown[] = [];
  const list = [deny, filter].map(({ entity, field, reason }) => ({ entity, field, reason, client: 'codex', accepted: accepted.some((one) => one.entity === entity) }));
  openAt(
    `/clients/${ID}`,
    http.get('*/api/v1/auth/me', () => HttpResponse.json({ ...ME, role })),
    http.get('*/api/v1/gaps', () => HttpResponse.json(page(list))),
    http.post('*/api/v1/gaps/accept', async ({ request }) => {
      asked.push(await request.json());
      return HttpResponse.json({ entity: 'tools/default', client: 'codex', reason: 'not used there', head: '1' });
    }),
    http.get(`${path}/files`, () => HttpResponse.json({ id: ID, root: '/home/ann', files: [] })),
    http.get(`${path}/diff`, () => HttpResponse.json({ id: ID, kind: 'drift', revision: null, fields: [], files: [], problems: [], counts: {} })),
    http.get(path, () => HttpResponse.json(target({ dropped: [deny, filter] }))),
  );
  return asked;
}

it('accepts a gap with a reason, after saying what that changes', async () => {
  const asked = openOn();
  await userEvent.click(await screen.findByRole('button', { name: 'Accept the gap tools/default.deny read:~/.ssh/**' }));
  const dialog = within(await screen.findByRole('dialog'));
  expect(dialog.getByText(/1 other gap of Codex CLI still counts here/)).toBeVisible();
  expect(dialog.getByText(/- entity: tools\/default\s+field: deny read:~\/.ssh\/\*\*\s+client: codex/)).toBeVisible();
  expect(asked).toEqual([]);
  await userEvent.type(dialog.getByLabelText('Why'), 'not used there{Enter}');
  await waitFor(() => expect(asked).toEqual([{ entity: 'tools/default.deny read:~/.ssh/**', client: 'codex', reason: 'not used there' }]));
});

it('shows an accepted gap as accepted, and asks no more for it', async () => {
  openOn([filter]);
  expect(await screen.findByText('Accepted gap')).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Accept the gap mcp/search.include_tools' })).not.toBeInTheDocument();
  expect(screen.getByRole('button', { name: /^Accept the gap tools/ })).toBeVisible();
});

it('leaves accepting to an admin', async () => {
  openOn([filter], 'operator');
  expect(await screen.findByText('Accepted gap')).toBeVisible();
  expect(screen.queryByRole('button', { name: /^Accept the gap/ })).not.toBeInTheDocument();
});
