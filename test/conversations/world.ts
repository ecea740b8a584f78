import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { loadConfig } from '../../src/config/load.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../../src/gateway/gateway.ts';
import { vocabulary } from '../../src/gateway/vocabulary.ts';
import type { EventName, Events, Log } from '../../src/log/events.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { openForReading } from '../../src/store/database.ts';
import { type Timeline, timelines } from '../../src/store/timeline.ts';
import { Schema } from '../schema/models.ts';
import { Kiosk } from './kiosk.ts';

/** The delivered configuration on free ports, in a folder of its own: what a new user has, but for the ports. */
const freePorts = [
  'listen.ncip.port=0',
  'listen.sip2.port=0',
  'listen.sip2Tls.port=0',
  'listen.operator.port=0',
  'simulator.port=0',
];

export interface LoggedEvent {
  readonly event: EventName;
  readonly facts: Record<string, unknown>;
}

/** The real daemon with its simulator, on loopback, and the broker's and the kiosks' side of every conversation. */
export class World {
  readonly folder: string;
  gateway!: Gateway;
  /** What the log said, oldest first. */
  readonly events: LoggedEvent[] = [];
  readonly #overrides: readonly string[];
  readonly #almaLimits: GatewayOptions['almaLimits'];
  readonly #agent = new Agent({ connect: { rejectUnauthorized: false } });
  readonly #kiosks: Kiosk[] = [];
  /** Milliseconds by which the daemon's clock is ahead of the real one. */
  #ahead = 0;
  #setForward = 0;
  #schema: Schema | undefined;

  private constructor(folder: string, overrides: readonly string[], almaLimits: GatewayOptions['almaLimits']) {
    this.folder = folder;
    this.#overrides = overrides;
    this.#almaLimits = almaLimits;
  }

  /**
   * Starts one; `overrides` are settings as on the command line, `sip2.answerWithin=1`. `files` are put into a copy
   * of config/, by their paths in it: `brokers/other.yaml`. `almaLimits`: other patience with Alma than the usual.
   */
  static async start(
    overrides: readonly string[] = [],
    files: Readonly<Record<string, string>> = {},
    almaLimits?: GatewayOptions['almaLimits'],
  ): Promise<World> {
    const world = new World(await mkdtemp(join(tmpdir(), 'circgate-')), overrides, almaLimits);
    await cp('config', join(world.folder, 'config'), { recursive: true });
    for (const [path, text] of Object.entries(files)) await writeFile(join(world.folder, 'config', path), text);
    await world.startGateway();
    return world;
  }

  async startGateway(): Promise<void> {
    const inFolder = [
      `store.file=${join(this.folder, 'circgate.sqlite')}`,
      ...['ncip', 'sip2Tls'].flatMap((door) => [
        `listen.${door}.tls.certificate=${join(this.folder, 'server.crt')}`,
        `listen.${door}.tls.key=${join(this.folder, 'server.key')}`,
      ]),
    ];
    const config = loadConfig(join(this.folder, 'config/gateway.yaml'), {
      overrides: [...freePorts, ...inFolder, ...this.#overrides],
      vocabulary,
    });
    const log: Log = <E extends EventName>(event: E, facts: Events[E]) =>
      void this.events.push({ event, facts: facts as unknown as Record<string, unknown> });
    const clock = (): Date => new Date(Date.now() + this.#ahead + this.#setForward);
    const elapsed = (): number => performance.now() + this.#ahead;
    const almaLimits = this.#almaLimits;
    this.gateway = await startGateway(config, { log, clock, elapsed, ...(almaLimits && { almaLimits }) });
  }

  async stop(): Promise<void> {
    for (const kiosk of this.#kiosks) kiosk.close();
    await this.gateway.stop();
    await this.#agent.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Sets the daemon's clock forward, as a time server would: nothing has passed. */
  setClock(ms: number): void {
    this.#setForward += ms;
  }

  /** Moves the daemon's clock. */
  letPass(ms: number): void {
    this.#ahead += ms;
  }

  get alma(): Simulator {
    if (!this.gateway.simulator) throw new Error('this world has no simulator');
    return this.gateway.simulator;
  }

  /** Puts a fault into the simulator: see the table in src/simulator/faults.ts. */
  async fault(fault: Record<string, unknown>): Promise<void> {
    const response = await request(`${this.alma.url}/simulator/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(fault),
    });
    const said = await response.body.text();
    if (response.statusCode !== 200 && response.statusCode !== 201 && response.statusCode !== 204)
      throw new Error(`the simulator refuses the fault: ${said}`);
  }

  /** Takes all faults back. */
  async clearFaults(): Promise<void> {
    const { body } = await request(`${this.alma.url}/simulator/faults`, { method: 'DELETE' });
    await body.dump();
  }

  /** Takes all faults back. */
  async endFaults(): Promise<void> {
    const { body } = await request(`${this.alma.url}/simulator/faults`, { method: 'DELETE' });
    await body.dump();
  }

  /** How many calls of this method and path pattern Alma has had since its last reset. */
  almaCalls(method: string, path: RegExp): number {
    return this.alma.calls().filter((call) => call.method === method && path.test(call.path)).length;
  }

  /** A kiosk on the plain port; logged in unless told otherwise. */
  async kiosk({ login = true, tls = false }: { login?: boolean; tls?: boolean } = {}): Promise<Kiosk> {
    const { sip2, sip2Tls } = this.gateway.ports;
    const kiosk = await Kiosk.connect(tls ? sip2Tls! : sip2!, tls);
    this.#kiosks.push(kiosk);
    if (login) await kiosk.login();
    return kiosk;
  }

  /** Posts a body as it is. */
  async post(
    body: string | Buffer,
    headers: Record<string, string> = { 'content-type': 'application/xml' },
    path = '/ncip/01DEMO_INST',
  ) {
    const response = await request(`https://127.0.0.1:${this.gateway.ports.ncip}${path}`, {
      method: 'POST',
      headers,
      body,
      dispatcher: this.#agent,
    });
    return { status: response.statusCode, headers: response.headers, text: await response.body.text() };
  }

  /**
   * Posts an NCIP message and gives the answer's text. Every answer must come with HTTP 200, the standard's
   * Content-Type, and be valid against the schema.
   */
  async ncip(message: string): Promise<string> {
    const { status, headers, text } = await this.post(message);
    if (status !== 200) throw new Error(`HTTP ${status}: ${text}`);
    if (headers['content-type'] !== 'application/xml; charset="utf-8"')
      throw new Error(`the Content-Type is ${headers['content-type']}`);
    this.#schema ??= new Schema(await readFile('schemas/ncip_v2_02.xsd', 'utf8'));
    const objection = this.#schema.objection(text);
    if (objection) throw new Error(`the answer is invalid: ${objection}\n${text}`);
    return text;
  }

  /** What the store knows of a barcode, a request id or a trace id. */
  async timelines(sought: string): Promise<Timeline[]> {
    const database = openForReading(join(this.folder, 'circgate.sqlite'));
    try {
      return await timelines(database, sought);
    } finally {
      await database.destroy();
    }
  }

  /** The state of the newest leg of a barcode or request. */
  async legState(sought: string): Promise<string | undefined> {
    const legs = (await this.timelines(sought)).flatMap(({ leg }) => (leg ? [leg] : []));
    return legs.at(-1)?.state;
  }
}

/** The text of the first element of this local name in an answer; `undefined` where there is none. */
export function textOf(answer: string, name: string): string | undefined {
  return new RegExp(`<ns1:${name}(?:\\s[^>]*)?>([^<]*)</ns1:${name}>`).exec(answer)?.[1];
}
