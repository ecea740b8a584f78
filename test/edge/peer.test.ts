import { X509Certificate } from 'node:crypto';
import net from 'node:net';
import tls from 'node:tls';
import { expect } from 'chai';
import { addressTest, plainAddress } from '../../src/edge/address.ts';
import { type Connection, openDoor } from '../../src/edge/door.ts';
import type { Peer } from '../../src/edge/peer.ts';
import { certificate } from '../ncip/https.ts';

/** What a door says of whoever connects in this way. */
async function seen(listen: object, connect: (port: number) => net.Socket): Promise<Peer> {
  const came = Promise.withResolvers<Connection>();
  const door = await openDoor({
    protocol: 'ncip',
    listen: { host: '127.0.0.1', port: 0, ...listen },
    log: () => undefined,
    serve: came.resolve,
  });
  const socket = connect(door.port);
  const { peer } = await came.promise;
  socket.destroy();
  await door.stop(async () => undefined);
  return peer;
}

describe('who is at the other end', () => {
  it('is an address, an IPv4 one as such on a socket of both families too', async () => {
    const plain = await seen({ host: '::' }, (port) => net.connect(port, '127.0.0.1'));
    expect(plain).to.deep.equal({ address: '127.0.0.1', tls: false });
    expect(plainAddress('::FFFF:10.1.2.3')).to.equal('10.1.2.3');
    expect(plainAddress('::ffff:a01:203')).to.equal('::ffff:a01:203');
    expect(plainAddress('2001:db8::1')).to.equal('2001:db8::1');
  });

  it('and the fingerprint of a certificate, where the door asks and the peer shows one', async () => {
    const ours = await certificate();
    const theirs = await certificate();
    const options = { host: '127.0.0.1', rejectUnauthorized: false };
    const withOne = (port: number) => tls.connect({ ...options, port, cert: theirs.certificate, key: theirs.key });
    const without = (port: number) => tls.connect({ ...options, port });
    const fingerprint = new X509Certificate(theirs.certificate).fingerprint256.replaceAll(':', '').toLowerCase();

    const peer = { address: '127.0.0.1', tls: true };
    const asking = { tls: { ...ours, asksForCertificate: true } };
    expect(await seen(asking, withOne)).to.deep.equal({ ...peer, certificate: fingerprint });
    expect(await seen(asking, without)).to.deep.equal(peer);
    expect(await seen({ tls: ours }, withOne)).to.deep.equal(peer);
  });

  it('is looked for in lists of addresses and ranges of both families', async () => {
    const admits = addressTest(['10.20.0.0/16', '192.0.2.7', '2001:db8::/32', '::1']);
    for (const address of ['10.20.255.1', '192.0.2.7', '2001:db8:1::5', '::1']) expect(admits(address)).to.equal(true);
    for (const address of ['10.21.0.1', '192.0.2.8', '2001:db9::5', '::2']) expect(admits(address)).to.equal(false);
    for (const address of ['', 'fe80::1%eth0', 'localhost']) expect(admits(address), address).to.equal(false);
    expect(addressTest([])('127.0.0.1')).to.equal(false);
  });
});
