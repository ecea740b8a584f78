import { readFile } from 'node:fs/promises';
import { Agent, request } from 'undici';
import { create } from 'xmlbuilder2';
import { ncip2 } from '../../ncip/dialects/ncip2.ts';
import { maskedText } from '../../ncip/mask.ts';
import { ncipNamespace } from '../../ncip/message.ts';
import type { Said } from './said.ts';

/** An element's name and what is in it: text, or more elements. */
export type Part = readonly [name: string, content: string | readonly Part[]];

/** The brokers' side: an HTTPS client that trusts exactly the gateway's certificate. */
export class Broker {
  readonly url: string;
  readonly #agent: Agent;
  readonly #institution: string;

  private constructor(url: string, institution: string, ca: string) {
    this.url = url;
    this.#institution = institution;
    this.#agent = new Agent({ connect: { ca } });
  }

  static async at(port: number, institution: string, certificateFile: string): Promise<Broker> {
    const certificate = await readFile(certificateFile, 'utf8');
    return new Broker(`https://127.0.0.1:${port}/ncip/${institution}`, institution, certificate);
  }

  /** Posts one message. Gives the answer as it came as well, for the step to look into. */
  async ask(service: string, ...content: readonly Part[]): Promise<Said & { status: number; text: string }> {
    const message = written([service, [this.#header(), ...content]]);
    const { statusCode: status, body } = await request(this.url, {
      method: 'POST',
      headers: { 'content-type': 'application/xml; charset="utf-8"' },
      body: message,
      dispatcher: this.#agent,
    });
    const text = await body.text();
    return { sent: readable(message), received: status === 200 ? readable(text) : text, status, text };
  }

  close(): Promise<void> {
    return this.#agent.close();
  }

  #header(): Part {
    return [
      'InitiationHeader',
      [
        ['FromAgencyId', [['AgencyId', 'FAR-LIB']]],
        ['ToAgencyId', [['AgencyId', this.#institution]]],
        ['ApplicationProfileType', 'DEMO-ILL'],
      ],
    ];
  }
}

/** An NCIP message, with the version that NCIP 2 requires. */
function written(body: Part): string {
  const document = create({ version: '1.0', encoding: 'UTF-8' });
  const root = document.ele(ncipNamespace, 'NCIPMessage', { version: ncip2.defaultVersion });
  const add = (parent: typeof root, [name, content]: Part): void => {
    const child = parent.ele(ncipNamespace, name);
    if (typeof content === 'string') child.txt(content);
    else for (const part of content) add(child, part);
  };
  add(root, body);
  return document.end();
}

const readable = (xml: string): string =>
  create(maskedText(Buffer.from(xml))).end({ prettyPrint: true, headless: true });
