import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, openPage } from './browser';
import { fill } from './content';
import { faultsOf, LANGUAGES } from './looks';
import { Machine } from './machine';

const PASSWORD = ['a long', 'enough phrase'].join(' ');

interface Screen {
  path: string;
  /** What is opened on it. */
  open?: (page: Page) => Promise<void>;
}

const press = (key: string) => (page: Page) => page.keyboard.press(key);
const click = (selector: string) => (page: Page) => page.locator(selector).first().click();
const first = click('main nav li button');
const dialog = (page: Page) => page.locator('dialog[open]').waitFor();

/** Every address of the router, and what can be opened there. */
const SCREENS: Record<string, Screen> = {
  dashboard: { path: '/' },
  'dashboard-passes': { path: '/?passes=all' },
  'dashboard-nothing': { path: '/?q=nothing-is-called-so' },
  'client-preview': { path: '/clients/MACHINE/codex/user', open: async (page) => click('header button:has-text("review"), header button:has-text("미리")')(page).then(() => dialog(page)) },
  palette: { path: '/', open: async (page) => page.keyboard.press('Control+k').then(() => dialog(page)) },
  shortcuts: { path: '/', open: async (page) => page.keyboard.press('?').then(() => dialog(page)) },
  client: { path: '/clients/MACHINE/claude/user?kind=pending' },
  'client-split': { path: '/clients/MACHINE/claude/user?kind=pending&view=split' },
  'client-conflict': { path: '/clients/MACHINE/qwen/user' },
  'client-move': { path: '/clients/MACHINE/codex/user?only=mcp/notes', open: async (page) => click('main div:has(> code) > button >> nth=1')(page).then(() => dialog(page)) },
  'client-gap': { path: '/clients/MACHINE/codex/user', open: async (page) => click('table td button')(page).then(() => dialog(page)) },
  'client-broken': { path: '/clients/MACHINE/acli/user' },
  'client-gone': { path: '/clients/laptop/nobody/user' },
  conflicts: { path: '/conflicts' },
  conflict: { path: '/conflicts', open: first },
  'conflict-chosen': { path: '/conflicts', open: async (page) => first(page).then(() => press('o')(page)) },
  'conflict-edited': { path: '/conflicts', open: async (page) => first(page).then(() => press('e')(page)) },
  'conflicts-nothing': { path: '/conflicts?entity=nothing-is-called-so' },
  approvals: { path: '/approvals' },
  approval: { path: '/approvals', open: first },
  history: { path: '/history' },
  'history-split': { path: '/history', open: click('article label:has(input[type=radio]) >> nth=2') },
  'history-nothing': { path: '/history?q=nothing-is-called-so' },
  logs: { path: '/logs' },
  'logs-line': { path: '/logs', open: click('[role=cell]') },
  'logs-nothing': { path: '/logs?text=nothing-is-called-so' },
  'settings-policy': { path: '/settings' },
  'settings-ignore': { path: '/settings?part=ignore' },
  'settings-exports': { path: '/settings?part=exports' },
  'settings-users': { path: '/settings?part=users' },
  'settings-tokens': { path: '/settings?part=tokens' },
  'settings-about': { path: '/settings?part=about' },
  'not-found': { path: '/nowhere' },
};

describe('every screen, in each language and theme', () => {
  let machine: Machine;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let name: string;
  const complaints: string[] = [];

  beforeAll(async () => {
    machine = new Machine();
    browser = await launch();
    context = await browser.newContext({ viewport: { width: 1280, height: 860 }, locale: 'en-GB', reducedMotion: 'reduce' });
    context.setDefaultTimeout(30_000);
    page = await openPage(context, complaints);
  });
  afterAll(async () => {
    await browser.close();
    await machine.remove();
  });

  /** Open a path in a language, and wait until nothing more comes. It must not lead elsewhere, to the sign-in for one. */
  const go = async (path: string, language: string) => {
    await page.goto(`${machine.address}/icon.svg`); // else an address that differs in its fragment alone loads nothing
    await page.evaluate((code) => localStorage.setItem('language', code), language);
    await page.goto(machine.address + path);
    await page.locator('h1, h2').first().waitFor();
    await page.waitForLoadState('networkidle').catch(() => undefined);
    expect(new URL(page.url()).pathname).toBe(new URL(path, machine.address).pathname);
    expect(await page.evaluate(() => document.documentElement.lang)).toBe(language);
  };

  it('shows who opens it first what to do', async () => {
    await machine.start();
    const link = machine.run('open', '--print').trim().slice(machine.address.length);
    for (const language of LANGUAGES) {
      await go(link, language);
      expect(await faultsOf(page, `setup-${language}`)).toEqual([]);
      await go('/login', language);
      expect(await faultsOf(page, `login-${language}`)).toEqual([]);
    }
  });

  it('shows a first run', async () => {
    await page.goto(`${machine.address}/icon.svg`);
    await page.goto(machine.run('open', '--print').trim());
    await page.locator('input[type=password]').first().waitFor();
    await page.locator('input').nth(0).fill('ann');
    for (const field of await page.locator('input[type=password]').all()) await field.fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.locator('nav').waitFor();
    for (const language of LANGUAGES) {
      await go('/', language);
      expect(await faultsOf(page, `first-run-${language}`)).toEqual([]);
    }
  });

  it('fills every screen', async () => {
    name = await fill(page, machine);
  });

  for (const language of LANGUAGES)
    it.each(Object.entries(SCREENS))(`shows %s in ${language}`, async (screen, { path, open }) => {
      await go(path.replace('MACHINE', name), language);
      await open?.(page);
      await page.locator('[role=status] >> text=/^(Loading|불러오는)/').first().waitFor({ state: 'detached' });
      expect(await faultsOf(page, `${screen}-${language}`)).toEqual([]);
    });
});
