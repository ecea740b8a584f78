import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { plainAddress } from './address.ts';

/** What a connection shows of whoever is at its other end, before it has said a word. */
export interface Peer {
  /** As `plainAddress` gives it; empty where the connection is gone already. */
  readonly address: string;
  readonly tls: boolean;
  /** The SHA-256 fingerprint of the client's certificate: 64 small hex digits. Nobody has vouched for its contents. */
  readonly certificate?: string;
}

/** The one place that says who is at the other end: the doors and the edges ask nowhere else. */
export function peerOf(socket: Socket): Peer {
  const address = plainAddress(socket.remoteAddress ?? '');
  if (!(socket instanceof TLSSocket)) return { address, tls: false };
  const shown = socket.getPeerX509Certificate()?.fingerprint256;
  return {
    address,
    tls: true,
    ...(shown !== undefined && { certificate: shown.replaceAll(':', '').toLowerCase() }),
  };
}
