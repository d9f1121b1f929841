import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { vi } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const PROGRAM = join(ROOT, '.venv/bin/reconciler');
const SOMETHING_REMAINS = 3; // the exit code while anything waits for a person
const STARTING = { timeout: 120_000, interval: 50 };

/** A machine of its own: a home with the files of four clients, and the program on it. */
export class Machine {
  private readonly folder = mkdtempSync(join(tmpdir(), 'rec-')); // short: sockets are in it
  private readonly home = join(this.folder, 'home');
  private readonly state = join(this.folder, 's');
  private up: ChildProcess | undefined;
  private readonly open: ChildProcess[] = [];
  private said = '';
  address = '';

  constructor() {
    cpSync(join(ROOT, 'reconciler/samples'), this.home, { recursive: true });
    mkdirSync(this.state, { mode: 0o700 });
    writeFileSync(join(this.state, 'machine'), 'laptop-1\n'); // else pictures show the name of whoever drew them
  }

  private get environ() {
    return { ...process.env, HOME: this.home, RECONCILER_HOME: this.state, RECONCILER_LOG_FORMAT: 'text', PATH: '/usr/bin:/bin', LANG: 'C.UTF-8' };
  }

  /** Run one command of the program, and get what it prints. */
  run = (...words: string[]): string => this.type('', ...words);

  /** The same with something to read. */
  type(input: string, ...words: string[]): string {
    const done = spawnSync(PROGRAM, words, { env: this.environ, encoding: 'utf8', input });
    if (done.status !== 0 && done.status !== SOMETHING_REMAINS) throw new Error(`reconciler ${words.join(' ')}: ${done.stdout}${done.stderr}`);
    return done.stdout;
  }

  git(...words: string[]): string {
    return spawnSync('git', ['-C', join(this.state, 'repository.git'), ...words], { env: this.environ, encoding: 'utf8' }).stdout;
  }

  /** A file of a client. */
  read = (path: string): string => readFileSync(join(this.home, path), 'utf8');

  path = (path: string): string => join(this.home, path);

  write(path: string, text: string): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    writeFileSync(this.path(path), text);
  }

  edit(path: string, change: (text: string) => string): void {
    writeFileSync(join(this.home, path), change(this.read(path)));
  }

  /** A server that Codex is given, and that every client can hold. */
  addServer(name: string, command: string, ...args: string[]): void {
    this.edit('.codex/config.toml', (text) => `${text}\n[mcp_servers.${name}]\ncommand = ${JSON.stringify(command)}\nargs = ${JSON.stringify(args)}\n`);
  }

  /** A program of a client's name in this home, as a person has it open; it ends with the machine. */
  openClient(name: string): void {
    const program = join(this.folder, name);
    symlinkSync('/bin/cat', program);
    this.open.push(spawn(program, { env: this.environ }));
  }

  /** Codex and Qwen are given different values in the place of one that both have, while nothing looks: a conflict. */
  setApart(value: string): void {
    this.run('pause', '--reason', 'two edits at once');
    this.edit('.codex/config.toml', (text) => text.replace(value, `${value}-of-codex`));
    this.edit('.qwen/settings.json', (text) => text.replace(value, `${value}-of-qwen`));
    this.run('resume');
  }

  /** What the exports of that name have left. */
  exports = (name: string): string[] => readdirSync(join(this.state, 'exports', name));

  /** Accept the plan of a first run without a browser. */
  adopt(): void {
    this.run('init', '--machine', 'laptop-1', '--prefer', 'claude', '--yes');
  }

  /** Start `up`, on the same port as before where there was one, and wait until it serves. */
  async start(): Promise<void> {
    this.said = '';
    const port = this.address === '' ? '0' : new URL(this.address).port;
    const up = spawn(PROGRAM, ['up', '--port', port], { env: this.environ });
    this.up = up;
    up.stdout.on('data', (text: Buffer) => (this.said += text.toString()));
    up.stderr.on('data', (text: Buffer) => (this.said += text.toString()));
    this.address = await this.says(/^serving (http:\S+)/m);
    await vi.waitFor(async () => {
      const { status } = await fetch(`${this.address}/readyz`);
      if (status !== 200) throw new Error(`/readyz: ${status}`);
    }, STARTING);
  }

  /** The link that the first `up` prints for the first admin. */
  firstAdmin = (): Promise<string> => this.says(/first admin: (http:\S+)/);

  /** The first group of what `up` prints, once it does. */
  private says(pattern: RegExp): Promise<string> {
    return vi.waitFor(() => {
      const found = pattern.exec(this.said)?.[1];
      if (found === undefined) throw new Error(`${String(pattern)} was not said:\n${this.said}`);
      return found;
    }, STARTING);
  }

  async stop(): Promise<void> {
    const up = this.up;
    if (!up || up.exitCode !== null) return;
    const ended = new Promise((done) => up.once('exit', done));
    up.kill('SIGTERM');
    await ended;
  }

  async remove(): Promise<void> {
    await this.stop();
    this.open.forEach((one) => one.kill());
    rmSync(this.folder, { recursive: true, force: true });
  }
}
