import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { expect, it } from 'vitest';
import type { ItemDetail } from '@/lib/api/schema';
import { ME, openAt, page } from '@/test/app';

const by = { author: 'ann', target: 'laptop-1/qwen/user', at: 1_780_000_000, revision: null };
const HELD: ItemDetail = {
  id: 'cccc',
  target: 'laptop-1/qwen/user',
  kind: 'held',
  entity: 'mcp/build',
  field: null,
  base: null,
  local: { transport: 'stdio', command: 'sh' },
  central: null,
  local_by: by,
  central_by: { author: null, target: null, at: null, revision: null },
  reason: 'a shell runs what it is given',
  revision: '4f2c1a9b00',
  suggestions: [],
  previews: { local: [{ id: 'laptop-1/codex/user', outcome: 'converged', fields: [], files: [] }], central: [] },
};
const handlers = [
  http.get('*/api/v1/approvals', () => HttpResponse.json(page([HELD]))),
  http.get('*/api/v1/approvals/cccc', () => HttpResponse.json(HELD)),
];

it('shows the proposal, its risk, and what approving it would write', async () => {
  openAt('/approvals', ...handlers);
  const sides = await screen.findByRole('group', { name: 'Which value it becomes' });
  expect(within(sides).getByText(/"command":"sh"|"command": "sh"/)).toBeVisible();
  expect(screen.getByText('a shell runs what it is given')).toBeVisible();
  expect(screen.getByRole('region', { name: 'laptop-1/codex/user' })).toBeVisible();
});

it('rejects with a reason', async () => {
  let sent: unknown;
  const resolve = http.post('*/api/v1/approvals/cccc/resolve', async ({ request }) => {
    sent = await request.json();
    return HttpResponse.json({ decided: ['cccc'], rebased: false, head: null, targets: [] });
  });
  openAt('/approvals', resolve, ...handlers);
  await userEvent.type(await screen.findByRole('textbox', { name: /Reason/ }), 'not ours');
  await userEvent.click(screen.getByRole('radio', { name: 'As it stands' }));
  await userEvent.click(screen.getByRole('button', { name: 'Reject' }));
  await waitFor(() => expect(sent).toEqual({ decision: 'reject', all: false, reason: 'not ours', base_revision: '4f2c1a9b00' }));
});

it('lets a viewer look, and says whom to ask', async () => {
  openAt('/approvals', http.get('*/api/v1/auth/me', () => HttpResponse.json({ ...ME, role: 'viewer' })), ...handlers);
  expect(await screen.findByText('Deciding needs the role approver.')).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Approve' })).not.toBeInTheDocument();
});
