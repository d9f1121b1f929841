import { describe, expect, it } from 'vitest';
import { shot } from './browser';
import { person } from './person';

describe('a first run', () => {
  const ann = person({ isNew: true });

  it('makes the first admin, shows the plan, and writes once it is accepted', async () => {
    const { page, machine } = ann;
    const before = machine.read('.codex/config.toml');
    await ann.becomeAdmin();
    await page.getByText('Nothing has been written yet').waitFor();
    await page.getByLabel('Where clients differ').selectOption('claude');
    await shot(page, 'first-run');
    expect(machine.read('.codex/config.toml')).toBe(before);
    await ann.button('Accept this plan').click();
    await ann.told('Accepted').waitFor();
    for (const client of ['claude', 'codex', 'qwen', 'acli']) await ann.tile(client).waitFor();
    expect(machine.read('.codex/config.toml')).toContain('[mcp_servers.full]');
    expect(machine.git('log', '--format=%s', 'main')).toContain('Merge claude');
  });
});
