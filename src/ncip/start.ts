import type { Circulation } from '../circulation/circulation.ts';
import type { Clock } from '../circulation/ports.ts';
import { type HttpsDoorParts, openHttpsDoor } from '../edge/https-door.ts';
import type { Log } from '../log/events.ts';
import type { NcipInstitution } from './admission.ts';
import { type EndpointParts, ncipEndpoint } from './endpoint.ts';
import { startXmlReader } from './xml-reader.ts';

export interface NcipParts {
  readonly circulation: Circulation;
  /** By the code that stands in the path. */
  readonly institutions: ReadonlyMap<string, NcipInstitution>;
  readonly log: Log;
  readonly clock: Clock;
  readonly newTraceId: () => string;
  /** The XSD of NCIP 2.02. */
  readonly schemaFile: string;
  readonly settings: EndpointParts['settings'];
  readonly listen: HttpsDoorParts['listen'];
}

/**
 * Starts the brokers' door: the worker that reads XML, the endpoint, the HTTPS door.
 * @throws {Error} when the schema cannot be read or the port cannot be had.
 */
export async function startNcip(parts: NcipParts): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const { schemaFile, listen, ...rest } = parts;
  const reader = await startXmlReader({ schemaFile, log: parts.log });
  const endpoint = ncipEndpoint({ ...rest, reader });
  try {
    const tls = { ...listen.tls, asksForCertificate: anyByCertificate(parts.institutions) };
    const door = await openHttpsDoor({
      protocol: 'ncip',
      listen: { ...listen, tls },
      log: parts.log,
      app: endpoint.app,
    });
    return {
      port: door.port,
      async stop() {
        endpoint.drain();
        await door.stop();
        await reader.close();
      },
    };
  } catch (error) {
    await reader.close();
    throw error;
  }
}

/** Where no partner shows a certificate no client is asked for one: some stumble over the question. */
function anyByCertificate(institutions: NcipParts['institutions']): boolean {
  return [...institutions.values()].some(({ partners }) =>
    partners.some(({ admit }) => admit.certificates !== undefined),
  );
}
