import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { parse } from 'yaml';
import { loadConfig } from '../../src/config/load.ts';
import { gatewaySchema } from '../../src/config/schema-gateway.ts';
import { dialectSchema } from '../../src/config/schema-kiosk.ts';
import { vocabulary } from '../../src/gateway/vocabulary.ts';

const delivered = new URL('../../config/', import.meta.url);
const file = fileURLToPath(new URL('gateway.yaml', delivered));

describe('the configuration that comes with the program', () => {
  const config = loadConfig(file, { env: {}, vocabulary });

  it('loads without a problem, with the demonstration in it', () => {
    expect(config.institutions['01DEMO_INST']).to.include({ alma: 'simulator', pin: 'alma-password', currency: 'USD' });
    expect(config.terminals[0]?.login?.password.reveal()).to.equal('kiosk1-secret');
    expect(config.brokers.get('demo-ill')?.borrowing.pickupLocations['Main Library']?.library).to.equal('MAIN');
    expect(config.dialects.get('utf8')?.charset).to.equal('utf-8');
  });

  it('opens the doors without a password to this machine only', () => {
    expect([config.listen.sip2?.host, config.listen.operator.host, config.simulator.host]).to.deep.equal(
      Array(3).fill('127.0.0.1'),
    );
    expect(config.terminals[0]?.addresses).to.deep.equal(['127.0.0.0/8', '::1']);
    expect(config.brokers.get('demo-ill')?.admit).to.deep.equal({
      addresses: ['127.0.0.0/8', '::1'],
      certificates: [],
    });
  });

  it('states the values that hold when a section is left out', () => {
    const { version, listen, simulator, store, institutions } = parse(readFileSync(file, 'utf8'));
    for (const door of ['ncip', 'sip2', 'sip2Tls']) {
      delete listen[door].maxConnections;
      delete listen[door].maxConnectionsPerAddress;
    }
    for (const setting of ['language', 'pinDemand']) delete institutions['01DEMO_INST'][setting];
    const bare = gatewaySchema.parse({ version, listen, simulator, store, institutions });
    expect(config).to.deep.include({ log: bare.log, ncip: bare.ncip, sip2: bare.sip2 });
    for (const door of ['ncip', 'sip2', 'sip2Tls'] as const)
      expect(config.listen[door]?.maxConnections).to.equal(bare.listen[door]?.maxConnections);
    expect(config.institutions['01DEMO_INST']).to.include({ language: 'en', pinDemand: 'if-sent' });
    expect(bare.institutions['01DEMO_INST']).to.include({ language: 'en', pinDemand: 'if-sent' });
  });

  it('has every default of a kiosk in standard.yaml, which utf8.yaml extends in one thing', () => {
    const { version, extends: _, ...standard } = dialectSchema.parse({});
    expect(parse(readFileSync(new URL('kiosks/standard.yaml', delivered), 'utf8'))).to.deep.equal({
      version,
      ...standard,
    });
    expect(config.dialects.get('utf8')).to.deep.equal({ ...standard, charset: 'utf-8' });
  });

  it('has a text of our own behind every word of en.yaml, and sets none', () => {
    expect(config.messages.get('en')).to.deep.equal({});
  });
});
