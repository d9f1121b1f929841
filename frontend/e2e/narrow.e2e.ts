import { describe, expect, it } from 'vitest';
import { shot } from './browser';
import { person } from './person';

const PATHS = ['/', '/clients/laptop-1/codex/user', '/conflicts', '/approvals', '/history', '/logs', '/settings', '/settings?part=ignore', '/settings?part=exports', '/settings?part=users', '/settings?part=tokens', '/settings?part=about'];

describe('on a telephone', () => {
  const ann = person({ width: 360, height: 740 });

  it('reads down, never across, on every page', async () => {
    const { page, machine } = ann;
    machine.setApart('index');
    for (const path of PATHS) {
      await ann.go(path);
      await page.getByRole('status', { name: 'Loading' }).waitFor({ state: 'detached' });
      await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth), { message: path }).toBeLessThanOrEqual(360);
    }
  });

  it('finds a conflict by the menu, decides it, and is back at the list', async () => {
    const { page, machine } = ann;
    await ann.go('/');
    await page.getByRole('link', { name: 'Conflicts' }).click();
    await page.getByRole('navigation', { name: 'What waits' }).getByRole('button', { name: /mcp\/search/ }).click();
    await page.getByRole('radio', { name: 'Central' }).check();
    await page.getByRole('region', { name: 'laptop-1/qwen/user' }).getByText('index-of-codex').waitFor();
    await shot(page, 'narrow-conflict');
    const places = await Promise.all([ann.button('Take central'), page.getByRole('navigation', { name: 'Main navigation' })].map((one) => one.boundingBox()));
    const [button, menu] = places.map((place) => place ?? { y: NaN, height: NaN });
    expect((button?.y ?? NaN) + (button?.height ?? NaN), 'the menu at the foot hides nothing of it').toBeLessThanOrEqual(menu?.y ?? NaN);
    await ann.button('Take central').click();
    await page.getByRole('heading', { name: 'No conflicts' }).waitFor();
    expect(machine.read('.qwen/settings.json')).toContain('index-of-codex');
  });

  it('opens a commit from the list, and goes back', async () => {
    const { page } = ann;
    await ann.go('/history');
    await page.getByRole('row', { name: /Merge claude/ }).first().click();
    await page.getByRole('article', { name: 'Commit' }).getByText('Target', { exact: true }).waitFor();
    await shot(page, 'narrow-commit');
    await ann.button('Back to the list').click();
    await page.getByRole('article', { name: 'Commit' }).waitFor({ state: 'hidden' });
  });
});
