import { describe, expect, it } from 'vitest';
import { shot } from './browser';
import { person } from './person';

const ANOTHER = ['quite another', 'phrase'].join(' ');

describe('interrupted', () => {
  const ann = person();

  it('goes on where one was, with what was typed, when the session ends in the middle', async () => {
    const { page, machine } = ann;
    await ann.go('/settings?part=exports');
    await page.getByLabel('Name').fill('weekly');
    machine.type(ANOTHER, 'users', 'passwd', ann.name, '--password-stdin'); // ends what was signed in with the old one
    const dialog = page.getByRole('dialog', { name: 'You were signed out' });
    await dialog.getByLabel('Password').fill(ann.password);
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    await dialog.getByText('The name or the password is wrong.').waitFor();
    await shot(page, 'signed-out');
    await dialog.getByLabel('Password').fill(ANOTHER);
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await page.getByLabel('Name').inputValue()).toBe('weekly');
    expect(new URL(page.url()).searchParams.get('part')).toBe('exports');
    await ann.button('Schedule it').click();
    await page.getByRole('list', { name: 'Exports' }).getByText('weekly').waitFor();
    expect(machine.git('show', 'main:reconciler.yaml')).toContain('name: weekly');
  });

  it('comes back to the page that was asked for, after signing in', async () => {
    const { page } = ann;
    await ann.context.clearCookies();
    await page.goto(`${ann.machine.address}/history?q=Merge`);
    await page.getByLabel('Name').fill(ann.name);
    await page.getByLabel('Password').fill(ANOTHER);
    await ann.button('Sign in').click();
    await page.getByRole('heading', { name: 'History' }).waitFor();
    expect(new URL(page.url()).searchParams.get('q')).toBe('Merge');
  });

  it('says since when it hears nothing, and is live again without a reload when the server is back', async () => {
    const { page, machine } = ann;
    await ann.go('/');
    const live = page.getByRole('banner').getByRole('status');
    await live.getByText('Live', { exact: true }).waitFor();
    await page.evaluate(() => Object.assign(window, { isSamePage: true }));
    await machine.stop();
    await live.getByText(/^Disconnected, data from \d\d:\d\d$/).waitFor();
    await ann.tile('codex').waitFor();
    await shot(page, 'disconnected');
    machine.addServer('meanwhile', 'example-meanwhile');
    await machine.start();
    await live.getByText('Live', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'History' }).click();
    await page.getByRole('cell', { name: 'Merge codex: add mcp/meanwhile' }).waitFor();
    expect(await page.evaluate(() => 'isSamePage' in window)).toBe(true);
    await expect.poll(() => machine.read('.qwen/settings.json')).toContain('example-meanwhile');
  });
});
