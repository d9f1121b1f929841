import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { expect, it, onTestFinished } from 'vitest';
import { chooseLanguage } from '@/lib/i18n/i18n';
import { openAt, target } from '@/test/app';

const ID = 'laptop-1/codex/user';
const fields = [
  { entity: 'mcp/search', field: 'args', before: ['--limit', '5'], after: ['--limit', '9'], by: { target: ID, author: 'Codex CLI on laptop-1', at: 1, revision: '4f2c1a9b00' } },
  { entity: 'rules/style', field: null, before: null, after: { body: 'Be brief.' }, by: null },
];
const diff = (kind: string | null) => ({ id: ID, kind, revision: null, fields: kind === 'drift' ? fields : [], files: [], problems: [], counts: { fields: kind === 'drift' ? 2 : 0, files: 0 } });
const file = { path: '.codex/config.toml', takes_effect: { mcp: 'start' }, kinds: ['mcp'], exists: true, size_bytes: 512, digest: null, problem: null, entities: ['mcp/search', 'mcp/docs'] };

const one = (client = target()) => [
  http.get(`*/api/v1/clients/${encodeURIComponent(ID)}/files`, () => HttpResponse.json({ id: ID, root: '/home/ann', files: [file] })),
  http.get(`*/api/v1/clients/${encodeURIComponent(ID)}/diff`, ({ request }) => HttpResponse.json(diff(new URL(request.url).searchParams.get('kind')))),
  http.get(`*/api/v1/clients/${encodeURIComponent(ID)}`, () => HttpResponse.json(client)),
];

it('shows what was edited field by field, with who did it', async () => {
  openAt(`/clients/${ID}`, ...one());
  const row = (await screen.findByText('args')).closest('li');
  if (!row) throw new Error('the field has no row');
  expect(within(row).getByText('["--limit","9"]')).toBeVisible();
  expect(within(row).getByText('Codex CLI on laptop-1')).toBeVisible();
});

it('narrows the differences to the entity that is chosen in the tree', async () => {
  const router = openAt(`/clients/${ID}`, ...one());
  await userEvent.click(await screen.findByRole('button', { name: 'docs' }));
  expect(await screen.findByText('Nothing of this differs')).toBeVisible();
  expect(router.state.location.search).toEqual({ only: 'mcp/docs' });
  await userEvent.click(screen.getByRole('button', { name: 'Show all' }));
  expect(await screen.findByText('rules/style')).toBeVisible();
});

it('shows what a sync would do before it does it', async () => {
  const asked: unknown[] = [];
  openAt(
    `/clients/${ID}`,
    ...one(),
    http.post('*/api/v1/sync/trigger', async ({ request }) => {
      asked.push(await request.json());
      return HttpResponse.json({ head: null, dry_run: true, targets: [], previews: [{ id: 'laptop-1/qwen/user', outcome: 'converged', fields, files: [] }] });
    }),
  );
  await userEvent.click(await screen.findByRole('button', { name: 'Preview and sync' }));
  const dialog = await screen.findByRole('dialog');
  expect(await within(dialog).findByText('laptop-1/qwen/user')).toBeVisible();
  expect(asked).toEqual([{ targets: [ID], dry_run: true, reason: '' }]);
  await userEvent.click(within(dialog).getByRole('button', { name: 'Preview and sync' }));
  await waitFor(() => expect(asked).toHaveLength(2));
  expect(asked[1]).toEqual({ targets: [ID], dry_run: false, reason: '' });
});

it('pauses with a reason', async () => {
  let asked: unknown;
  openAt(
    `/clients/${ID}`,
    ...one(),
    http.patch(`*/api/v1/clients/${encodeURIComponent(ID)}`, async ({ request }) => {
      asked = await request.json();
      return HttpResponse.json(target({ mode: 'suspended' }));
    }),
  );
  await userEvent.click(await screen.findByRole('button', { name: 'Pause' }));
  const dialog = await screen.findByRole('dialog');
  await userEvent.type(within(dialog).getByLabelText('Why'), 'moving house');
  await userEvent.click(within(dialog).getByRole('button', { name: 'Pause' }));
  await waitFor(() => expect(asked).toEqual({ mode: 'suspended', reason: 'moving house', until: null }));
});

it('shows another mode at once, and the one before again where it is refused', async () => {
  let refuse: () => void = () => undefined;
  const asked = new Promise<void>((done) => (refuse = done));
  openAt(
    `/clients/${ID}`,
    ...one(),
    http.patch(`*/api/v1/clients/${encodeURIComponent(ID)}`, async () => {
      await asked;
      return HttpResponse.json({ detail: 'main has moved' }, { status: 409 });
    }),
  );
  await userEvent.click(await screen.findByRole('button', { name: 'Mode' }));
  await userEvent.click(screen.getByRole('menuitemradio', { name: 'Enforce main' }));
  expect(await screen.findByText('Enforce main')).toBeVisible();
  refuse();
  expect(await screen.findByText('main has moved')).toBeVisible();
  expect(await screen.findByText('Sync both ways')).toBeVisible();
});

it('says what is wrong in a file, and what to do', async () => {
  const stalled = target({ ready: false, outcome: 'stalled', problems: [{ file: '/home/ann/.codex/config.toml', line: 3, column: 1, reason: 'this is no TOML', advice: 'mend the file' }] });
  openAt(`/clients/${ID}`, ...one(stalled));
  expect(await screen.findByText('/home/ann/.codex/config.toml:3:1')).toBeVisible();
  expect(screen.getByText(/mend the file/)).toBeVisible();
});

const written = { path: '.codex/config.toml', kinds: ['mcp'], takes_effect: 'start' as const, written_at: 1_780_000_000, running: 2 };

it.each([
  ['how many programs go on without a change', written, 'Codex CLI runs 2 times since before that, and goes on without it: start each anew.'],
  ['of one alone in its own words', { ...written, running: 1 }, 'Codex CLI runs since before that, and goes on without it: start it anew.'],
  ['where that cannot be told that this is so', { ...written, running: null }, 'whether it was cannot be told here.'],
  ['where nobody knows when it takes effect that this is so', { ...written, takes_effect: 'unknown' as const }, 'is not known: to be sure, start it anew.'],
])('says %s', async (_, row, words) => {
  openAt(`/clients/${ID}`, ...one(target({ waits_for_start: [row] })));
  const said = await screen.findByText((text) => text.includes(words));
  const item = said.closest('li');
  if (!item) throw new Error('it stands in no row');
  expect(within(item).getByText('.codex/config.toml')).toBeVisible();
  expect(within(item).getByText(/MCP servers/)).toBeVisible();
});

it('says nothing of a start where nothing waits for one', async () => {
  openAt(`/clients/${ID}`, ...one());
  await screen.findByText('args');
  expect(screen.queryByText(/next start/)).toBeNull();
});

it.each([
  ['without an end', {}, 'on holiday (ann)'],
  ['until a moment', { until: '2099-01-01T09:00:00Z' }, /^on holiday \(ann, until /],
])('says of a pause %s who made it, and why', async (_, until, words) => {
  const conditions = [{ type: 'Suspended', status: 'True' as const, reason: 'Suspended', message: 'reason: on holiday, by: ann', revision: null, since: 1 }];
  openAt(`/clients/${ID}`, ...one(target({ mode: 'suspended', ready: false, detail: { by: 'ann', reason: 'on holiday', ...until }, conditions })));
  expect(await screen.findByText(words)).toBeVisible();
});

it('gives the reason in the language that was chosen, and keeps what the program says of it', async () => {
  await chooseLanguage('ko');
  onTestFinished(() => chooseLanguage('en'));
  const message = 'to be written: .codex/config.toml';
  const conditions = [{ type: 'Stale', status: 'True' as const, reason: 'BehindMain', message, revision: null, since: 1 }];
  openAt(`/clients/${ID}`, ...one(target({ ready: false, conditions })));
  expect(await screen.findByText(/main의 내용이 아직 파일에 없습니다/)).toBeVisible();
  expect(screen.getByText(message)).toBeVisible();
});

it('says what a client cannot hold, and what is wrong in a file, in the language that was chosen', async () => {
  await chooseLanguage('ko');
  onTestFinished(() => chooseLanguage('en'));
  const dropped = [{ entity: 'mcp/legacy', field: null, reason: 'codex has no sse servers', kind: 'lost' as const }];
  const problems = [{ file: '/home/ann/.codex/config.toml', line: 3, column: 1, reason: 'expected a newline', advice: 'mend the file, or put an earlier version back with `reconciler restore`' }];
  openAt(`/clients/${ID}`, ...one(target({ ready: false, outcome: 'stalled', dropped, problems })));
  expect(await screen.findByText('codex: sse 서버를 지원하지 않습니다')).toBeVisible();
  expect(screen.getByText(/이전 버전을 되돌리세요/)).toBeVisible();
  expect(screen.getByText('expected a newline')).toHaveAttribute('lang', 'en');
});
