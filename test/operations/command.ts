import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const program = resolve('src/main.js');

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Options for Node itself. */
  readonly node?: readonly string[];
  /** Another copy of src/main.js. */
  readonly main?: string;
}

/** The command as an operator gives it, in a process of its own. */
export class Command {
  readonly process: ChildProcess;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  stdout = '';
  stderr = '';
  readonly #waiting: (() => void)[] = [];

  constructor(args: readonly string[], { cwd, env, node = [], main = program }: CommandOptions = {}) {
    this.process = spawn(process.execPath, [...node, main, ...args], { cwd, env: { ...process.env, ...env } });
    const wake = (): void => {
      for (const waiting of this.#waiting.splice(0)) waiting();
    };
    this.process.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
      wake();
    });
    this.process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
      wake();
    });
    // A test that fails before it ends its command must not leave it behind.
    const end = (): void => void this.process.kill('SIGKILL');
    process.once('exit', end);
    this.ended = new Promise((done) => {
      this.process.once('close', (code, signal) => {
        process.off('exit', end);
        done({ code, signal });
        wake();
      });
    });
  }

  /** Waits until `found` gives something, and gives that. Rejects when the process ends first. */
  async until<T>(found: () => T | undefined): Promise<T> {
    for (;;) {
      const result = found();
      if (result !== undefined) return result;
      if (this.process.exitCode !== null || this.process.signalCode !== null)
        throw new Error(`the command has ended: ${this.stdout}${this.stderr}`);
      await new Promise<void>((wake) => this.#waiting.push(wake));
    }
  }

  /** Waits for the end and gives the exit code with both outputs. */
  async result(): Promise<{ code: number | null; stdout: string; stderr: string }> {
    const { code } = await this.ended;
    return { code, stdout: this.stdout, stderr: this.stderr };
  }

  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.ended;
  }
}

/** Runs a command to its end. */
export const run = (args: readonly string[], options?: CommandOptions) => new Command(args, options).result();

/** The delivered configuration in a folder of its own, where its certificates and data will be made as well. */
export async function installed(): Promise<{ folder: string; config: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'circgate-operations-'));
  await cp('config', join(folder, 'config'), { recursive: true });
  const config = join(folder, 'config', 'gateway.yaml');
  return { folder, config, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** `--set` for the port of every listener; those that are not given are free ones. */
export function portsSet(ports: Readonly<Record<string, number>> = {}): string[] {
  const settings = ['listen.ncip', 'listen.sip2', 'listen.sip2Tls', 'listen.operator', 'simulator'];
  return settings.flatMap((setting) => ['--set', `${setting}.port=${ports[setting] ?? 0}`]);
}
