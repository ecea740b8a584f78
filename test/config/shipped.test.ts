import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { parse } from 'yaml';
import { refusalKinds } from '../../src/circulation/refusals.ts';
import { loadConfig } from '../../src/config/load.ts';
import { gatewaySchema } from '../../src/config/schema.ts';

const file = fileURLToPath(new URL('../../config/gateway.yaml', import.meta.url));

describe('the configuration that comes with the program', () => {
  const config = loadConfig(file, { env: {}, knownScreens: Object.keys(refusalKinds) });

  it('loads without a problem, with the demonstration in it', () => {
    expect(config.institutions['01DEMO_INST']).to.include({ alma: 'simulator', pin: 'alma-password', currency: 'USD' });
    expect(config.terminals[0]?.login?.password.reveal()).to.equal('kiosk1-secret');
    expect(config.brokers.get('demo-ill')?.borrowing.pickupLocations['Main Library']?.library).to.equal('MAIN');
    expect(config.dialects.get('standard')?.charset).to.equal('utf-8');
  });

  it('opens the doors without a password to this machine only', () => {
    expect([config.listen.sip2?.host, config.listen.operator.host, config.simulator.host]).to.deep.equal(
      Array(3).fill('127.0.0.1'),
    );
    expect(config.terminals[0]?.addresses).to.deep.equal(['127.0.0.0/8', '::1']);
    expect(config.brokers.get('demo-ill')?.admit).to.deep.equal({ addresses: ['127.0.0.0/8', '::1'] });
  });

  it('states the values that hold when a section is left out', () => {
    const { listen, simulator, store, institutions } = parse(readFileSync(file, 'utf8'));
    const bare = gatewaySchema.parse({ listen, simulator, store, institutions });
    expect(config).to.deep.include({ log: bare.log, ncip: bare.ncip, sip2: bare.sip2 });
  });
});
