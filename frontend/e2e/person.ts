import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { launch, openPage } from './browser';
import { Machine } from './machine';

const PATIENCE_MS = 60_000; // on a busy machine; what is waited for is always a condition

interface Setting {
  width?: number;
  height?: number;
  /** The machine has seen no `reconciler` before. */
  isNew?: boolean;
}

/** Somebody with a browser, at a machine of their own. */
export class Person {
  readonly name = 'ann';
  readonly password = ['a long', 'enough phrase'].join(' ');
  readonly complaints: string[] = [];
  readonly machine = new Machine();
  page!: Page;
  context!: BrowserContext;
  private browser: Browser | undefined;

  async arrive({ width = 1280, height = 860, isNew = false }: Setting): Promise<void> {
    if (!isNew) {
      this.machine.addServer('search', 'example-search', '--from', 'index');
      this.machine.addServer('notes', 'example-notes', '--from', 'shelf');
      this.machine.adopt();
    }
    await this.machine.start();
    this.browser = await launch();
    this.context = await this.browser.newContext({ viewport: { width, height }, locale: 'en-GB' });
    this.context.setDefaultTimeout(PATIENCE_MS);
    this.page = await openPage(this.context, this.complaints);
    if (!isNew) await this.becomeAdmin();
  }

  async leave(): Promise<void> {
    await this.browser?.close();
    await this.machine.remove();
  }

  /** By the link that the first `up` prints. */
  async becomeAdmin(): Promise<void> {
    await this.page.goto(await this.machine.firstAdmin());
    await this.page.getByLabel('Name').fill(this.name);
    await this.page.getByLabel('Password', { exact: true }).fill(this.password);
    await this.page.getByLabel('Password again').fill(this.password);
    await this.button('Make the account').click();
    await this.page.getByRole('navigation', { name: 'Main navigation' }).waitFor();
  }

  async go(path: string): Promise<void> {
    await this.page.goto(this.machine.address + path);
    await this.page.locator('h1').first().waitFor();
  }

  button = (name: string): Locator => this.page.getByRole('button', { name, exact: true });
  /** What is said in passing. */
  told = (text: string | RegExp): Locator => this.page.getByRole('region', { name: 'Notifications' }).getByText(text);
  tile = (client: string): Locator => this.page.getByRole('article', { name: new RegExp(`/${client}/`) });
}

/** For the stories of one file. What the page looks like is printed where one of them fails. */
export function person(setting: Setting = {}): Person {
  const one = new Person();
  beforeAll(() => one.arrive(setting));
  afterAll(() => one.leave());
  beforeEach(({ onTestFailed }) => {
    onTestFailed(async () => console.log(`${one.page.url()}\n${await one.page.locator('body').ariaSnapshot()}`));
  });
  afterEach(() => {
    expect(one.complaints.splice(0)).toEqual([]);
  });
  return one;
}
