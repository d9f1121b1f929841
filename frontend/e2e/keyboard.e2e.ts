import { describe, expect, it } from 'vitest';
import { shot } from './browser';
import { person } from './person';

/** Nothing here may click: whatever is done is done by keys. */
describe('without a mouse', () => {
  const ann = person();
  const press = async (...keys: string[]) => {
    for (const key of keys) await ann.page.keyboard.press(key);
  };
  const heading = (name: string) => ann.page.getByRole('heading', { name }).waitFor();
  const isChosen = (side: string) => expect.poll(() => ann.page.getByRole('radio', { name: side }).isChecked()).toBe(true);

  it('shows every key on a sheet, and closes it', async () => {
    const { page } = ann;
    await ann.go('/');
    await ann.tile('codex').waitFor();
    await press('?');
    const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await sheet.getByText('Take central', { exact: true }).waitFor();
    await press('Escape');
    await sheet.waitFor({ state: 'detached' });
  });

  it('goes to pages by their letters, and to clients by a part of their name', async () => {
    const { page } = ann;
    await press('g', 'h');
    await heading('History');
    await press('g', 'l');
    await heading('Logs');
    await press('/');
    await page.keyboard.type('request');
    await expect.poll(() => new URL(page.url()).searchParams.get('text')).toBe('request');
    await press('Control+k');
    await page.getByRole('combobox', { name: 'Go to or do…' }).waitFor();
    await page.keyboard.type('qwen');
    await page.getByRole('option', { name: /laptop-1\/qwen\/user/, selected: true }).waitFor();
    await press('Enter');
    await heading('Qwen Code');
    expect(new URL(page.url()).pathname).toBe('/clients/laptop-1/qwen/user');
  });

  it('walks through conflicts, tries each side, edits one, and decides both', async () => {
    const { page, machine } = ann;
    machine.setApart('index');
    machine.setApart('shelf');
    await press('g', 'c');
    await heading('mcp/notes args');
    await press('j');
    await heading('mcp/search args');
    await press('k');
    await heading('mcp/notes args');
    await page.getByRole('radio', { name: 'Central' }).waitFor();
    for (const [key = '', side = ''] of [['t', 'Central'], ['b', 'Base'], ['o', 'Local']]) {
      await press(key);
      await isChosen(side);
    }
    await page.getByRole('region', { name: 'laptop-1/codex/user' }).getByText('shelf-of-qwen').waitFor();
    await press('Enter');
    await heading('mcp/search args');
    await page.getByRole('radio', { name: 'Central' }).waitFor();
    await press('e');
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('TEXTAREA');
    await press('Control+a');
    await page.keyboard.type('["--from", "keys"]');
    await page.getByRole('region', { name: 'laptop-1/claude/user' }).getByText('["--from","keys"]').waitFor();
    await press('Escape', 'Enter');
    await heading('No conflicts');
    expect(machine.read('.codex/config.toml')).toContain('"shelf-of-qwen"');
    expect(machine.read('.claude.json')).toContain('"keys"');
  });

  it('keeps a server for one client, and shares it again', async () => {
    const { page, machine } = ann;
    const move = async (choice: string, button: string) => {
      await ann.button('Share or keep local').focus();
      await press('Enter');
      const dialog = page.getByRole('dialog');
      await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('SELECT');
      await page.keyboard.type(choice);
      await dialog.getByRole('region', { name: 'laptop-1/qwen/user' }).getByText('example-notes').waitFor();
      const does = dialog.getByRole('button', { name: button });
      await expect.poll(() => does.isEnabled()).toBe(true);
      await shot(page, `move-${button}`);
      await does.focus();
      await press('Enter');
      await dialog.waitFor({ state: 'detached' });
    };
    await ann.go('/clients/laptop-1/codex/user');
    await ann.button('notes').focus();
    await press('Enter');
    await move('Only Codex CLI, ', 'Keep local');
    expect(machine.read('.qwen/settings.json')).not.toContain('example-notes');
    expect(machine.read('.codex/config.toml')).toContain('example-notes');
    expect(machine.git('ls-tree', '-r', '--name-only', 'main')).toMatch(/^overlays\/client\/codex\/mcp\/notes\.yaml$/m);
    expect(machine.git('log', '-1', '--format=%s', 'main')).toContain('Keep local mcp/notes');
    await move('Everybody', 'Share');
    expect(machine.read('.qwen/settings.json')).toContain('example-notes');
    expect(machine.git('ls-tree', '-r', '--name-only', 'main')).toMatch(/^mcp\/notes\.yaml$/m);
    expect(machine.git('log', '-1', '--format=%s', 'main')).toContain('Share mcp/notes');
  });

  it('switches the theme from the palette, and signs out from the menu', async () => {
    const { page } = ann;
    await press('Control+k');
    await page.getByRole('combobox', { name: 'Go to or do…' }).waitFor();
    await page.keyboard.type('dark');
    await page.getByRole('option', { name: /^Dark/, selected: true }).waitFor();
    await press('Enter');
    await expect.poll(() => page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark');
    await ann.button('ann · Admin').focus();
    await press('Enter');
    await page.getByRole('menuitem', { name: 'Sign out' }).waitFor();
    await press('Enter');
    await ann.button('Sign in').waitFor();
  });
});
