import { join } from 'node:path';
import { type Config, type LoadOptions, loadConfig, type Vocabulary } from '../../src/config/load.ts';
import { ConfigError, describeProblem } from '../../src/config/problems.ts';
import { folderWith } from './folder.ts';

/** The smallest library that has one of everything: what the tests of the settings start from. */

export const gateway = `version: 1
listen:
  ncip: { host: 127.0.0.1, port: 0, tls: { certificate: tls/a.crt, key: tls/a.key, makeIfMissing: true } }
  operator: { host: 127.0.0.1, port: 0 }
simulator: { host: 127.0.0.1, port: 0 }
store: { file: ../data/x.sqlite }
institutions:
  01A:
    name: A
    timeZone: Europe/Oslo
    currency: NOK
    alma: { url: https://alma.example, apiKey: { env: ALMA_KEY } }
    brokers: [one]
terminals:
  - id: k1
    institution: 01A
    place: { library: M, circDesk: D }
    dialect: plain
    addresses: [10.0.0.0/8]
    login: { user: k1, password: { file: k1.password } }
`;

export const broker = `code: ONE
alsoKnownAs: [Uno]
admit: { token: { file: one.token } }
place: { library: ILL, circDesk: DESK }
lending: { patron: { fixed: partner }, pickupLibrary: ILL }
borrowing:
  location: temp
  itemPolicy: ill
  barcode: { from: item-id }
  pickupLocations: { M: { library: M, circDesk: D } }
  defaultPickupLocation: M
  automaticReceive: true
`;

export const files = {
  'gateway.yaml': gateway,
  'brokers/one.yaml': broker,
  'kiosks/plain.yaml': 'hideFields: [CK]\n',
  'k1.password': '  hunter2\n',
  'one.token': 'tok\n',
};

export const env = { ALMA_KEY: 'l8xx\n' };
export const vocabulary: Vocabulary = {
  wordIds: ['patron-blocked', 'due'],
  argumentsOf: (id) => (id === 'due' ? ['title', 'date'] : []),
  requestCodes: ['11', '29'],
};

/** Every problem of these files, as the operator reads them, with the temporary folder's name taken out. */
export function problems(changed: Readonly<Record<string, string>>, options: Partial<LoadOptions> = {}): string[] {
  using folder = folderWith({ ...files, ...changed });
  try {
    loadConfig(join(folder.path, 'gateway.yaml'), { env, vocabulary, ...options });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map((problem) => describeProblem(problem).replaceAll(`${folder.path}/`, ''));
  }
}

/** What these files say, once they are right. */
export function settings(changed: Readonly<Record<string, string>> = {}): Config {
  using folder = folderWith({ ...files, ...changed });
  return loadConfig(join(folder.path, 'gateway.yaml'), { env, vocabulary });
}
