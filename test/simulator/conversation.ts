import { Pool } from 'undici';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../src/simulator/simulator.ts';

/** The library's clock stands still here, so that every date in these conversations can be written down. */
export const NOW = new Date('2026-03-02T10:00:00.000Z');

export interface Reply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  json: any;
}

export interface Asking {
  json?: unknown;
  xml?: string;
  headers?: Record<string, string>;
}

/** One simulator and one way to talk to it over HTTP, for the tests of one file. Set up and put away by mocha. */
export class Conversation {
  simulator!: Simulator;
  private pool!: Pool;

  constructor(options: Partial<SimulatorOptions> = {}) {
    before(async () => {
      this.simulator = await startSimulator({
        ...{ host: '127.0.0.1', port: 0, perSecond: 0, now: () => NOW },
        ...options,
      });
      this.pool = new Pool(this.simulator.url, { connections: 4 });
    });
    beforeEach(() => this.simulator.reset());
    after(async () => {
      await this.pool.destroy();
      await this.simulator.stop();
    });
  }

  get library() {
    return this.simulator.library;
  }

  /** `ask('GET', '/users/ada')`: one API call with the demo key, JSON asked for. Redirects are not followed. */
  async ask(method: string, path: string, asking: Asking = {}): Promise<Reply> {
    return this.send(method, `/almaws/v1${path}`, asking);
  }

  async admin(method: string, path: string, json?: unknown): Promise<Reply> {
    return this.send(method, `/simulator${path}`, { json });
  }

  private async send(method: string, path: string, asking: Asking): Promise<Reply> {
    const { json, xml } = asking;
    const response = await this.pool.request({
      method: method as 'GET',
      path,
      headers: {
        authorization: 'apikey demo-key',
        accept: 'application/json',
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...(xml !== undefined && { 'content-type': 'application/xml' }),
        ...asking.headers,
      },
      body: xml ?? (json === undefined ? null : JSON.stringify(json)),
    });
    const text = await response.body.text();
    const isJson = String(response.headers['content-type']).includes('json');
    return {
      status: response.statusCode,
      headers: response.headers,
      text,
      json: isJson ? JSON.parse(text) : undefined,
    };
  }

  /** The path of a seeded item, by barcode. */
  item(barcode: string): string {
    const { mmsId, holdingId, pid } = this.library.itemByBarcode(barcode)!;
    return `/bibs/${mmsId}/holdings/${holdingId}/items/${pid}`;
  }

  lend(user: string, barcode: string, more: { library?: string; circ_desk?: string; request_id?: string } = {}) {
    const body = { library: 'MAIN', circ_desk: 'DEFAULT_CIRC_DESK', ...more };
    const json = Object.fromEntries(Object.entries(body).map(([key, value]) => [key, { value }]));
    return this.ask('POST', `/users/${user}/loans?item_barcode=${barcode}`, { json });
  }

  scan(barcode: string, library = 'MAIN', desk = 'DEFAULT_CIRC_DESK') {
    const query = `op=scan&library=${library}&circ_desk=${desk}&register_in_house_use=false`;
    return this.ask('POST', `${this.item(barcode)}?${query}`);
  }

  /** Places a hold on the item with this barcode. */
  hold(user: string, barcode: string, pickup = 'MAIN') {
    const pid = this.library.itemByBarcode(barcode)!.pid;
    return this.ask('POST', `/users/${user}/requests?item_pid=${pid}`, { json: holdBody(pickup) });
  }
}

export function holdBody(pickup: string): Record<string, unknown> {
  return { request_type: 'HOLD', pickup_location_type: 'LIBRARY', pickup_location_library: pickup };
}

/** `401861 User with identifier nobody was not found.`, from Alma's ordinary JSON envelope. */
export function refusalIn(reply: Reply): string {
  const [error] = reply.json.errorList.error;
  return `${error.errorCode} ${error.errorMessage}`;
}
