import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { expect, it } from 'vitest';
import { ME, openAt, page } from '@/test/app';

const RULES = [
  { match: 'mcp/*', policy: 'last-write-wins' },
  { match: '*', kind: 'rules', policy: 'manual-review' },
];
const OUTLOOK = { problems: [], weakens: [], decisions: [], settled: [], new: [], previews: [] };
const policy = http.get('*/api/v1/policy', () =>
  HttpResponse.json({
    text: '',
    revision: '4f2c1a9b',
    policies: ['client-priority', 'last-write-wins', 'central-authoritative', 'manual-review'],
    settings: { schema: 1, policies: RULES, priorities: { codex: 10 }, ignore: [{ match: 'mcp/x' }] },
    settings_schema: {},
  }),
);
const about = http.get('*/api/v1/about', () =>
  HttpResponse.json({ version: '0.1.0', machine: 'laptop-1', head: '4f2c1a9b', python: '3.12', users: 1, is_adopted: true, parts: { redis: 'embedded' }, clients: [{ client: 'codex', name: 'Codex CLI', found: true }] }),
);

it('reorders the rules by keyboard, shows what that would decide, and saves the rest of the settings as they were', async () => {
  let saved: unknown;
  openAt(
    '/settings',
    policy,
    about,
    http.post('*/api/v1/policy/preview', () => HttpResponse.json({ ...OUTLOOK, settled: [{}, {}] })),
    http.put('*/api/v1/policy', async ({ request }) => {
      saved = await request.json();
      return HttpResponse.json({ text: '', settings: {}, revision: '5a6b', targets: [] });
    }),
  );
  await userEvent.click(await screen.findByRole('button', { name: 'Move rule 2 up' }));
  expect(await screen.findByText('2 of what waits now would be settled.')).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(saved).toBeDefined());
  expect(saved).toEqual({
    settings: { schema: 1, policies: [RULES[1], RULES[0]], priorities: { codex: 10 }, ignore: [{ match: 'mcp/x' }] },
    base_revision: '4f2c1a9b',
    reason: '',
  });
});

it('says why an approver would have to agree', async () => {
  openAt('/settings', policy, about, http.post('*/api/v1/policy/preview', () => HttpResponse.json({ ...OUTLOOK, weakens: ['changes of high risk no longer wait'] })));
  await userEvent.click(await screen.findByRole('button', { name: 'Add a rule' }));
  expect(await screen.findByText('changes of high risk no longer wait')).toBeVisible();
});

it('lets others look, and says whom to ask', async () => {
  openAt('/settings', http.get('*/api/v1/auth/me', () => HttpResponse.json({ ...ME, role: 'operator' })), policy, about);
  expect(await screen.findByText('Changing this needs the role admin.')).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Add a rule' })).not.toBeInTheDocument();
});

it('shows how much an ignore rule would match before it is added', async () => {
  openAt(
    '/settings?part=ignore',
    http.get('*/api/v1/ignore', () => HttpResponse.json(page([{ pattern: 'mcp/tmp', client: null, reason: null, entities: 1, fields: 3, is_in_force: true }]))),
    http.get('*/api/v1/ignore/matches', () => HttpResponse.json({ pattern: 'mcp/s*', client: null, reason: null, entities: 2, fields: 7, is_in_force: false })),
  );
  expect(await screen.findByText('1 entries, 3 fields match')).toBeVisible();
  await userEvent.type(screen.getByRole('textbox', { name: 'Entry or entry.field' }), 'mcp/s*');
  expect(await screen.findByText('2 entries, 7 fields match')).toBeVisible();
});

it('schedules an export, and says when it comes next', async () => {
  let asked: unknown;
  const schedule = { name: 'nightly', what: 'configs', format: 'zip', cron: '30 3 * * *', every_s: null, keep: 10, kept: 0, client: null, machine: null, next_run: 1_780_000_000, last: null };
  openAt(
    '/settings?part=exports',
    http.get('*/api/v1/export/schedules', () => HttpResponse.json(page(asked ? [schedule] : []))),
    http.post('*/api/v1/export/schedules', async ({ request }) => {
      asked = await request.json();
      return HttpResponse.json({ revision: 'ff', schedules: [schedule], targets: [] }, { status: 201 });
    }),
  );
  await userEvent.type(await screen.findByRole('textbox', { name: 'Name' }), 'nightly');
  await userEvent.type(screen.getByRole('textbox', { name: 'Or by cron' }), '30 3 * * *');
  await userEvent.click(screen.getByRole('button', { name: 'Schedule it' }));
  expect(await screen.findByText(/Next:/)).toBeVisible();
  expect(asked).toEqual({ name: 'nightly', what: 'configs', keep: 10, reason: '', cron: '30 3 * * *' });
});

it('shows a new token once', async () => {
  openAt(
    '/settings?part=tokens',
    http.get('*/api/v1/auth/tokens', () => HttpResponse.json(page([]))),
    http.post('*/api/v1/auth/tokens', () => HttpResponse.json({ id: '1f', name: 'ci', scope: 'viewer', created_at: 1, expires_at: 2, access_token: 'shown-once' }, { status: 201 })),
  );
  await userEvent.type(await screen.findByRole('textbox', { name: 'Name' }), 'ci');
  await userEvent.click(screen.getByRole('button', { name: 'Make a token' }));
  const dialog = await screen.findByRole('dialog');
  expect(within(dialog).getByRole('textbox', { name: 'Token' })).toHaveValue('shown-once');
  await userEvent.click(within(dialog).getByRole('button', { name: 'I have it' }));
  expect(screen.queryByText('shown-once')).not.toBeInTheDocument();
});

it('does not let an admin take their own role away', async () => {
  openAt('/settings?part=users', http.get('*/api/v1/users', () => HttpResponse.json(page([{ username: 'ann', role: 'admin', created_at: 1 }, { username: 'bo', role: 'viewer', created_at: 1 }]))));
  expect(await screen.findByRole('combobox', { name: 'Role of ann' })).toBeDisabled();
  expect(screen.getByRole('combobox', { name: 'Role of bo' })).toBeEnabled();
});
