import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { Kiosk } from '../conversations/kiosk.ts';
import { Command, type CommandOptions, installed, portsSet } from './command.ts';

/** One line of the log. */
export type Logged = { readonly event: string; readonly level: string; readonly at: string } & Record<string, unknown>;

/** `circgate start` in a process of its own, in a folder of its own. */
export class Daemon {
  readonly folder: string;
  readonly config: string;
  readonly command: Command;
  readonly #remove: () => Promise<void>;
  readonly #agents: Agent[] = [];
  readonly #kiosks: Kiosk[] = [];

  private constructor(at: Awaited<ReturnType<typeof installed>>, command: Command) {
    this.folder = at.folder;
    this.config = at.config;
    this.command = command;
    this.#remove = at.remove;
  }

  /** Starts one and waits until it listens; `settings` are more of `--set`. */
  static async start(settings: readonly string[] = [], options: CommandOptions = {}): Promise<Daemon> {
    const at = await installed();
    const set = settings.flatMap((setting) => ['--set', setting]);
    const daemon = new Daemon(at, new Command(['start', '--config', at.config, ...portsSet(), ...set], options));
    await daemon.event('started');
    return daemon;
  }

  /** The events on stdout so far: its whole lines but for the welcome, which no `{` begins. */
  get log(): Logged[] {
    const lines = this.command.stdout
      .split('\n')
      .slice(0, -1)
      .filter((line) => line.startsWith('{'));
    return lines.map((line) => JSON.parse(line) as Logged);
  }

  /** Waits for an event (its `count`-th). */
  event(name: string, count = 1): Promise<Logged> {
    return this.command.until(() => this.log.filter(({ event }) => event === name)[count - 1]);
  }

  /** The port of a listener, as the event `started` names it. */
  port(listener: 'NCIP' | 'SIP2' | 'SIP2 over TLS' | 'operators' | 'Alma simulator'): number {
    const started = this.log.find(({ event }) => event === 'started');
    const listeners = (started?.listeners ?? {}) as Record<string, string>;
    return Number(/:(\d+)(\/|$)/.exec(listeners[listener] ?? '')?.[1]);
  }

  /** Posts an NCIP message, trusting exactly the certificate that the daemon has made. */
  async ncip(message: string): Promise<string> {
    const ca = await readFile(join(this.folder, 'certs', 'server.crt'), 'utf8');
    const agent = new Agent({ connect: { ca } });
    this.#agents.push(agent);
    const url = `https://127.0.0.1:${this.port('NCIP')}/ncip/01DEMO_INST`;
    const headers = { 'content-type': 'application/xml' };
    const { statusCode, body } = await request(url, { method: 'POST', headers, body: message, dispatcher: agent });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`HTTP ${statusCode}: ${text}`);
    return text;
  }

  async kiosk(): Promise<Kiosk> {
    const kiosk = await Kiosk.connect(this.port('SIP2'));
    this.#kiosks.push(kiosk);
    await kiosk.login();
    return kiosk;
  }

  /** Makes the next `times` calls of Alma take so long. */
  async slowAlma(ms: number, times: number): Promise<void> {
    const { statusCode, body } = await request(`http://127.0.0.1:${this.port('Alma simulator')}/simulator/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ fault: 'latency', ms, times }),
    });
    await body.dump();
    if (statusCode >= 300) throw new Error(`the simulator refuses the fault: ${statusCode}`);
  }

  /** Ends it, however it is, and removes its folder. */
  async end(): Promise<void> {
    for (const kiosk of this.#kiosks) kiosk.close();
    for (const agent of this.#agents) await agent.close();
    await this.command.kill();
    await this.#remove();
  }
}
