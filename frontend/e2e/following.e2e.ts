import { describe, expect, it } from 'vitest';
import { shot } from './browser';
import { person } from './person';

describe('following what happens', () => {
  const ann = person();

  it('shows an edit of a client file without a reload', async () => {
    const { page, machine } = ann;
    await ann.go('/');
    await ann.tile('codex').waitFor();
    await page.getByRole('status').getByText('Live', { exact: true }).waitFor();
    const began = Date.now();
    machine.addServer('weather', 'example-weather', '--limit', '5');
    await page.getByText('captured', { exact: true }).first().waitFor();
    console.log(`an edit was on the dashboard after ${Date.now() - began} ms`);
    await expect.poll(() => machine.read('.qwen/settings.json')).toContain('example-weather');
    expect(machine.git('log', '--format=%s', 'main')).toContain('Merge codex: add mcp/weather');
  });

  it('shows what waits for a paused client, and resumes it after a look at what would be written', async () => {
    const { page, machine } = ann;
    await ann.go('/clients/laptop-1/qwen/user');
    await ann.button('Pause').click();
    await page.getByLabel('Why').fill('moving house');
    await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    machine.edit('.codex/config.toml', (text) => text.replace('"index"', '"attic"'));
    await page.getByText('["--from","attic"]').waitFor();
    expect(machine.read('.qwen/settings.json')).not.toContain('"attic"');
    await shot(page, 'client');
    await page.getByRole('radio', { name: 'Split' }).check();
    await page.getByRole('region', { name: '.qwen/settings.json' }).waitFor();
    await shot(page, 'client-split');
    await ann.button('Resume').click();
    await expect.poll(() => machine.read('.qwen/settings.json')).toContain('"attic"');
  });

  it('says where a change waits for the next start of a client that is open', async () => {
    const { page, machine } = ann;
    machine.openClient('codex');
    machine.edit('.qwen/settings.json', (text) => text.replace('"shelf"', '"drawer"'));
    await expect.poll(() => machine.read('.codex/config.toml')).toContain('"drawer"');
    await ann.go('/clients/laptop-1/codex/user');
    const row = page.getByRole('listitem').filter({ hasText: 'At its next start' });
    await row.getByText('Codex CLI runs since before that, and goes on without it: start it anew.').waitFor();
    expect(await row.locator('code').innerText()).toBe('.codex/config.toml');
    await shot(page, 'client-next-start');
  });

  it('finds a line of the log, and all that it says', async () => {
    const { page } = ann;
    await ann.go('/logs');
    await page.getByLabel('Search in the log').fill('request');
    await expect.poll(() => new URL(page.url()).searchParams.get('text')).toBe('request');
    await page.getByRole('cell', { name: 'request', exact: true }).first().click();
    await page.getByRole('region', { name: 'Details' }).getByText('"route"').waitFor();
    await shot(page, 'logs');
    await page.getByLabel('Search in the log').fill('nothing says this');
    await page.getByRole('cell', { name: 'request', exact: true }).first().waitFor({ state: 'detached' });
  });

  it('switches language and theme, and finds them so again', async () => {
    const { page } = ann;
    await ann.go('/');
    await ann.button('Language').click();
    await page.getByRole('menuitemradio', { name: '한국어' }).click();
    await page.getByRole('heading', { name: '대시보드' }).waitFor();
    await ann.button('테마').click();
    await page.getByRole('menuitemradio', { name: '어둡게' }).click();
    await page.reload();
    await page.getByRole('heading', { name: '대시보드' }).waitFor();
    expect(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dataset['theme']])).toEqual(['ko', 'dark']);
  });
});
