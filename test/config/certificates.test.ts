import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { expect } from 'chai';
import { certificateDays, developmentCertificate } from '../../src/config/certificates.ts';
import { folderWith } from './folder.ts';

function settings(folder: string) {
  return { certificate: join(folder, 'certs/server.crt'), key: join(folder, 'certs/server.key'), makeIfMissing: true };
}

describe('development certificates', () => {
  it('let a client that trusts the file connect and verify the name', async () => {
    using folder = folderWith();
    const tls = settings(folder.path);
    expect(await developmentCertificate(tls)).to.equal('made');
    const cert = readFileSync(tls.certificate);
    const server = createServer({ cert, key: readFileSync(tls.key) }).listen(0, '127.0.0.1');
    await new Promise((listening) => server.once('listening', listening));
    const { port } = server.address() as AddressInfo;
    const socket = connect({ port, host: '127.0.0.1', ca: cert });
    await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
    expect(socket.authorized).to.equal(true);
    socket.destroy();
    await new Promise((closed) => server.close(closed));
  });

  it('are for this machine, of today, and the key is for its owner alone', async () => {
    using folder = folderWith();
    const tls = settings(folder.path);
    await developmentCertificate(tls);
    const made = new X509Certificate(readFileSync(tls.certificate));
    for (const name of ['localhost', hostname()]) expect(made.checkHost(name), name).not.to.equal(undefined);
    for (const ip of ['127.0.0.1', '::1']) expect(made.checkIP(ip), ip).not.to.equal(undefined);
    expect(made.publicKey.asymmetricKeyType).to.equal('ec');
    // No name in Node for it: the signature algorithm is DER 1.2.840.10045.4.3.2, ecdsa-with-SHA256.
    expect(made.raw.includes(Buffer.from('06082a8648ce3d040302', 'hex'))).to.equal(true);
    const days = (Date.parse(made.validTo) - Date.now()) / 86_400_000;
    expect(days).to.be.closeTo(certificateDays, 0.1);
    expect(statSync(tls.key).mode & 0o777).to.equal(0o600);
    expect(readdirSync(join(folder.path, 'certs'))).to.have.members(['server.crt', 'server.key']);
  });

  it('are made once, also when two listeners ask for the same files together', async () => {
    using folder = folderWith();
    const tls = settings(folder.path);
    expect(await Promise.all([developmentCertificate(tls), developmentCertificate(tls)])).to.have.members([
      'made',
      'there',
    ]);
    const cert = readFileSync(tls.certificate);
    expect(new X509Certificate(cert).checkPrivateKey(createPrivateKey(readFileSync(tls.key)))).to.equal(true);
    expect(await developmentCertificate(tls)).to.equal('there');
    expect(readFileSync(tls.certificate).equals(cert)).to.equal(true);
  });

  it('never replace one file of the two', async () => {
    using folder = folderWith({ 'certs/server.key': 'the real one' });
    const tls = settings(folder.path);
    const outcome = await developmentCertificate(tls).catch((error: Error) => error.message);
    expect(outcome).to.equal(`expected ${tls.certificate} beside ${tls.key}, found only the latter`);
    expect(readFileSync(tls.key, 'utf8')).to.equal('the real one');
    expect(readdirSync(join(folder.path, 'certs'))).to.deep.equal(['server.key']);
  });
});
