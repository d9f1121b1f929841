import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { shot } from './browser';
import { person } from './person';

describe('changing the settings', () => {
  const ann = person();
  const rules = () => ann.page.getByRole('list', { name: 'What settles a conflict' }).getByRole('listitem');
  const order = () => ann.page.getByRole('combobox', { name: /^Rule \d+: policy$/ }).evaluateAll((all) => all.map((one) => (one as HTMLSelectElement).value));
  const outlook = (): Locator => ann.page.getByRole('region', { name: 'What this would change' });
  const policies = () => ann.machine.git('show', 'main:reconciler.yaml').match(/(?<=^[^#]*policy: )\S+/gm);

  async function add(at: number, match: string, policy: string): Promise<void> {
    await ann.button('Add a rule').click();
    await ann.page.getByRole('textbox', { name: `Rule ${at}: entry or entry.field` }).fill(match);
    await ann.page.getByRole('combobox', { name: `Rule ${at}: policy` }).selectOption(policy);
  }

  it('adds rules, and sees that what waits still waits', async () => {
    ann.machine.setApart('index');
    await ann.go('/settings');
    await add(1, 'mcp/search*', 'manual-review');
    await add(2, '*', 'central-authoritative');
    await outlook().getByText('0 of what waits now would be settled.').waitFor();
    await ann.button('Save').click();
    await ann.told('Saved').waitFor();
    expect(policies()).toEqual(['manual-review', 'central-authoritative']);
  });

  it('moves a rule by keyboard, sees what that would decide, and undoes it', async () => {
    const { page, machine } = ann;
    await ann.go('/settings');
    await ann.button('Move rule 2 up').focus();
    await page.keyboard.press('Enter');
    expect(await order()).toEqual(['central-authoritative', 'manual-review']);
    await outlook().getByText('1 of what waits now would be settled.').waitFor();
    await outlook().getByText('central-authoritative takes central').waitFor();
    await outlook().getByRole('region', { name: 'laptop-1/qwen/user' }).getByText('index-of-codex').waitFor();
    await shot(page, 'policy');
    await ann.button('Undo').focus();
    await page.keyboard.press('Enter');
    await expect.poll(order).toEqual(['manual-review', 'central-authoritative']);
    expect(machine.read('.qwen/settings.json')).toContain('index-of-qwen');
  });

  it('moves a rule by drag, and what it then decides is decided', async () => {
    const { machine } = ann;
    await ann.go('/settings');
    await rules().nth(1).locator('svg').first().dragTo(rules().nth(0));
    await expect.poll(order).toEqual(['central-authoritative', 'manual-review']);
    await outlook().getByText('1 of what waits now would be settled.').waitFor();
    await ann.button('Save').click();
    await ann.told('Saved').waitFor();
    expect(policies()).toEqual(['central-authoritative', 'manual-review']);
    await expect.poll(() => machine.read('.qwen/settings.json')).toContain('index-of-codex');
    expect(machine.git('log', '-5', '--format=%B', 'main')).toMatch(/^Conflict: mcp\/search\.args .*chose=central$/m);
    await ann.go('/conflicts');
    await ann.page.getByRole('heading', { name: 'No conflicts' }).waitFor();
  });

  it('schedules an export, reads when it comes next, and makes one now', async () => {
    const { page, machine } = ann;
    await ann.go('/settings?part=exports');
    await page.getByText('No export is scheduled.').waitFor();
    await page.getByLabel('Name').fill('nightly');
    await page.getByLabel('Or by cron').fill('30 3 * * *');
    await ann.button('Schedule it').click();
    const one = page.getByRole('list', { name: 'Exports' }).getByRole('listitem');
    await one.getByText(/^Next:/).waitFor();
    const next = new Date((await one.locator('time').first().getAttribute('datetime')) ?? '');
    expect([next.getHours(), next.getMinutes(), next > new Date()]).toEqual([3, 30, true]);
    expect(machine.git('show', 'main:reconciler.yaml')).toMatch(/exports:\n.*name: nightly\n/);
    await shot(page, 'exports');
    await ann.button('Run now').click();
    await one.getByRole('link', { name: /\.zip$/ }).waitFor();
    expect(machine.exports('nightly')).toHaveLength(1);
  });
});
