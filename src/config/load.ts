import { dirname, join, resolve } from 'node:path';
import { ConfigError, type Problem } from './problems.ts';
import { type Profiles, readProfiles } from './profiles.ts';
import * as references from './references.ts';
import {
  type BrokerSettings,
  brokerSchema,
  type DialectSettings,
  dialectSchema,
  type GatewaySettings,
  gatewaySchema,
  type SecretSource,
  type TerminalSettings,
  type TlsSettings,
} from './schema.ts';
import type { Secret } from './secret.ts';
import { noSecrets, type SecretReader, secretReader } from './secrets.ts';
import { readSource } from './source.ts';
import { validate } from './validate.ts';

type InstitutionSettings = GatewaySettings['institutions'][string];
type AlmaSettings = Exclude<InstitutionSettings['alma'], string>;

export type InstitutionConfig = Omit<InstitutionSettings, 'alma'> & {
  readonly alma: 'simulator' | (Omit<AlmaSettings, 'apiKey'> & { readonly apiKey: Secret });
};
export type TerminalConfig = Omit<TerminalSettings, 'login'> & {
  readonly login?: { readonly user: string; readonly password: Secret };
};
export type BrokerConfig = Omit<BrokerSettings, 'admit'> & {
  readonly admit: { readonly addresses: readonly string[]; readonly token?: Secret };
};

/** The whole configuration, checked: paths are absolute, secrets are fetched, every name leads somewhere. */
export type Config = Omit<GatewaySettings, 'institutions' | 'terminals'> & {
  readonly institutions: Readonly<Record<string, InstitutionConfig>>;
  readonly terminals: readonly TerminalConfig[];
  /** By the names that `institutions.*.brokers` uses. */
  readonly brokers: ReadonlyMap<string, BrokerConfig>;
  /** By the names that `terminals.*.dialect` uses. */
  readonly dialects: ReadonlyMap<string, DialectSettings>;
};

export interface LoadOptions {
  /** Settings that replace those of the file, each `dotted.path=value`. */
  readonly overrides?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** For a command that needs none: where they are kept may be readable by the daemon's user alone. */
  readonly withoutSecrets?: boolean;
  /** Every kind of refusal that a dialect may put into the library's own words. */
  readonly knownScreens: readonly string[];
}

/**
 * Reads `gateway.yaml` and, beside it, `brokers/` and `kiosks/`. Relative paths in any of them start at the folder
 * of gateway.yaml. Throws a ConfigError with every problem there is.
 */
export function loadConfig(file: string, options: LoadOptions): Config {
  const folder = dirname(resolve(file));
  const read = options.withoutSecrets ? noSecrets : secretReader(folder, options.env ?? process.env);
  const gateway = readSource(file, options.overrides);
  const validated = validate(gateway, gatewaySchema);
  const brokers = readProfiles(gateway, 'institutions.*.brokers.*', join(dirname(file), 'brokers'), brokerSchema);
  const dialects = readProfiles(gateway, 'terminals.*.dialect', join(dirname(file), 'kiosks'), dialectSchema);
  const problems = [
    ...gateway.problems,
    ...validated.problems,
    ...references.terminalProblems(gateway),
    ...references.missingCertificates(gateway, folder),
    ...references.missingSecrets(gateway, ['institutions.*.alma.apiKey', 'terminals.*.login.password'], read),
    ...brokers.problems,
    ...references.brokerCodeProblems(gateway, brokers.profiles),
    ...[...brokers.profiles.values()].flatMap(({ source }) => references.missingSecrets(source, ['admit.token'], read)),
    ...dialects.problems,
    ...[...dialects.profiles.values()].flatMap(({ source }) => references.screenProblems(source, options.knownScreens)),
  ];
  if (problems.length > 0 || validated.settings === undefined) throw new ConfigError(inOrder(file, problems));
  return resolved(validated.settings, folder, read, settingsOf(brokers.profiles), settingsOf(dialects.profiles));
}

function resolved(
  settings: GatewaySettings,
  folder: string,
  read: SecretReader,
  brokers: ReadonlyMap<string, BrokerSettings>,
  dialects: ReadonlyMap<string, DialectSettings>,
): Config {
  const { ncip, sip2Tls } = settings.listen;
  return {
    ...settings,
    listen: {
      ...settings.listen,
      ncip: { ...ncip, tls: absolute(ncip.tls, folder) },
      ...(sip2Tls && { sip2Tls: { ...sip2Tls, tls: absolute(sip2Tls.tls, folder) } }),
    },
    store: { file: settings.store.file === ':memory:' ? ':memory:' : resolve(folder, settings.store.file) },
    institutions: mapValues(settings.institutions, ({ alma, ...rest }) => ({
      ...rest,
      alma: alma === 'simulator' ? alma : { ...alma, apiKey: fetched(alma.apiKey, read) },
    })),
    terminals: settings.terminals.map(({ login, ...rest }) => ({
      ...rest,
      ...(login && { login: { user: login.user, password: fetched(login.password, read) } }),
    })),
    brokers: new Map(
      Array.from(brokers, ([name, { admit, ...rest }]) => {
        const token = admit.token && { token: fetched(admit.token, read) };
        return [name, { ...rest, admit: { addresses: admit.addresses, ...token } }];
      }),
    ),
    dialects,
  };
}

function absolute(tls: TlsSettings, folder: string): TlsSettings {
  return { ...tls, certificate: resolve(folder, tls.certificate), key: resolve(folder, tls.key) };
}

/** As a person reads: the gateway's file first, each from the top. */
function inOrder(first: string, problems: readonly Problem[]): Problem[] {
  const files = [...new Set([first, ...problems.map(({ file }) => file)])];
  return problems.toSorted((a, b) => files.indexOf(a.file) - files.indexOf(b.file) || (a.line ?? 0) - (b.line ?? 0));
}

/** A secret that the checks have fetched already: the reader remembers it. */
function fetched(source: SecretSource, read: SecretReader): Secret {
  const result = read(source);
  if ('failure' in result) throw new Error(result.failure);
  return result.secret;
}

function settingsOf<T>(profiles: Profiles<T>): ReadonlyMap<string, T> {
  return new Map(
    Array.from(profiles).flatMap(([name, { settings }]) => (settings === undefined ? [] : [[name, settings]])),
  );
}

function mapValues<A, B>(all: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(all).map(([key, value]) => [key, change(value)]));
}
