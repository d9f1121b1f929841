import { describe, expect, it } from 'vitest';
import { shot } from './browser';
import { person } from './person';

const FILES = ['.claude.json', '.codex/config.toml', '.qwen/settings.json', '.rovodev/mcp.json'];

describe('deciding', () => {
  const ann = person();
  const everywhere = (text: string) => FILES.map((file) => ann.machine.read(file).includes(text));
  const preview = (client: string) => ann.page.getByRole('region', { name: `laptop-1/${client}/user` });

  it('settles a conflict by taking a side, after a look at what that writes', async () => {
    const { page, machine } = ann;
    machine.setApart('index');
    await ann.go('/conflicts');
    await page.getByRole('heading', { name: 'mcp/search args' }).waitFor();
    await page.getByRole('radio', { name: 'Local' }).check();
    await preview('codex').getByText('["--from","index-of-qwen"]').waitFor();
    await preview('claude').getByText('["--from","index-of-qwen"]').waitFor();
    await shot(page, 'conflict');
    expect(machine.read('.codex/config.toml')).toContain('index-of-codex');
    await page.getByLabel('Reason, for the audit trail').fill('the newer index');
    await ann.button('Take local').click();
    await page.getByRole('heading', { name: 'No conflicts' }).waitFor();
    expect(everywhere('index-of-qwen')).toEqual([true, true, true, true]);
    const message = machine.git('log', '-1', '--format=%B', 'main');
    expect(message).toMatch(/^Conflict: mcp\/search\.args base=\["--from", "index"\] local=\["--from", "index-of-qwen"\] .* chose=local$/m);
    expect(message).toContain('Resolved-By: ann');
  });

  it('settles a conflict by a value of one’s own, and says in place what does not fit', async () => {
    const { page, machine } = ann;
    machine.setApart('shelf');
    await ann.go('/conflicts');
    await page.getByRole('radio', { name: 'A value of your own' }).check();
    const value = page.getByRole('textbox', { name: 'Value' });
    const isRefused = () => expect.poll(() => value.getAttribute('aria-invalid')).toBe('true');
    await value.fill('["--from", ');
    await isRefused();
    await value.fill('{"from": "both"}');
    await page.getByText('Mend the value first.').waitFor();
    await isRefused();
    await shot(page, 'conflict-edited');
    expect(await ann.button('Take this value').isEnabled()).toBe(false);
    await value.fill('["--from", "shelf", "--and", "table"]');
    await preview('claude').getByText('"table"').waitFor();
    await ann.button('Take this value').click();
    await page.getByRole('heading', { name: 'No conflicts' }).waitFor();
    expect(everywhere('"table"')).toEqual([true, true, true, true]);
    expect(machine.git('show', 'main:mcp/notes.yaml')).toContain('table');
    expect(machine.git('log', '-1', '--format=%B', 'main')).toContain('chose=edited');
  });

  it('lets a held change land once it is approved', async () => {
    const { page, machine } = ann;
    await ann.go('/');
    machine.addServer('helper', 'bash', '-c', 'example-helper | tee log');
    await page.getByRole('link', { name: 'Approvals' }).getByText('1 waiting').waitFor();
    await page.getByRole('link', { name: 'Approvals' }).click();
    await page.getByRole('heading', { name: 'mcp/helper' }).waitFor();
    await preview('claude').getByText('bash').first().waitFor();
    await shot(page, 'approval');
    expect(everywhere('example-helper')).toEqual([false, true, false, false]);
    await ann.button('Approve').click();
    await page.getByRole('heading', { name: 'Nothing to approve' }).waitFor();
    expect(everywhere('example-helper')).toEqual([true, true, true, true]);
    expect(machine.git('log', '-1', '--format=%B', 'main')).toContain('Resolved-By: ann (approved mcp/helper)');
  });

  it('takes a commit back, everywhere', async () => {
    const { page, machine } = ann;
    await ann.go('/history');
    machine.addServer('stray', 'example-stray');
    await page.getByRole('cell', { name: 'Merge codex: add mcp/stray' }).click();
    const landed = machine.git('rev-parse', 'main').trim();
    await expect.poll(() => everywhere('example-stray')).toEqual([true, true, true, true]);
    await page.getByRole('article', { name: 'Commit' }).getByRole('button', { name: 'Revert' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('region', { name: 'laptop-1/claude/user' }).waitFor();
    await dialog.getByLabel('Reason, for the audit trail').fill('not ours');
    await shot(page, 'revert');
    expect(everywhere('example-stray')).toEqual([true, true, true, true]);
    await dialog.getByRole('button', { name: 'Revert' }).click();
    await ann.told('Reverted: Merge codex: add mcp/stray').waitFor();
    expect(everywhere('example-stray')).toEqual([false, false, false, false]);
    expect(machine.git('log', '-1', '--format=%s', 'main')).toContain('Revert');
    expect(machine.git('merge-base', '--is-ancestor', landed, 'main')).toBe('');
    expect(machine.git('ls-tree', '--name-only', 'main', 'mcp/')).not.toContain('stray');
  });

  it('accepts that a client cannot hold something', async () => {
    const { page, machine } = ann;
    machine.edit('.codex/config.toml', (text) => `${text}\n[mcp_servers.guarded]\ncommand = "example-guarded"\ndisabled_tools = ["rm"]\n`);
    await ann.go('/clients/laptop-1/acli/user');
    await ann.button('Accept the gap mcp/guarded.tools.denied').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Why').fill('not used there');
    await shot(page, 'gap');
    expect(machine.git('show', 'main:reconciler.yaml')).not.toContain('mcp/guarded');
    await dialog.getByRole('button', { name: 'Accept' }).click();
    await page.getByText('Accepted gap').waitFor();
    expect(machine.git('show', 'main:reconciler.yaml')).toMatch(/^accepted_gaps:\n.*entity: mcp\/guarded\n(.*\n)*.*reason: not used there/m);
    expect(machine.git('log', '-1', '--format=%s', 'main')).toContain('Accept the gap mcp/guarded.tools.denied in acli');
    expect(machine.read('.rovodev/mcp.json')).not.toContain('example-guarded');
  });
});
