import { type Listen, openDoor } from '../edge/door.ts';
import { type EndpointParts, sip2Endpoint } from './endpoint.ts';

export interface Sip2Parts extends EndpointParts {
  readonly listen: Listen;
}

/**
 * Starts a door for terminals, with or without TLS.
 * @throws {Error} when the port cannot be had.
 */
export async function startSip2(parts: Sip2Parts): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const { listen, log } = parts;
  const { refusalOf, serve, drain } = sip2Endpoint(parts);
  const door = await openDoor({ protocol: 'sip2', listen, log, refusalOf, serve });
  return { port: door.port, stop: () => door.stop(drain) };
}
