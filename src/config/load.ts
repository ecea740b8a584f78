import { dirname, join, resolve } from 'node:path';
import { type KnownWords, type OwnWords, readMessages } from './messages.ts';
import { ConfigError, describeProblem, type Problem } from './problems.ts';
import { type Profiles, readProfiles } from './profiles.ts';
import * as references from './references.ts';
import type { SecretSource, TlsSettings } from './schema.ts';
import { type BrokerSettings, brokerSchema } from './schema-broker.ts';
import { type GatewaySettings, gatewaySchema } from './schema-gateway.ts';
import { type DialectSettings, dialectSchema } from './schema-kiosk.ts';
import type { TerminalSettings } from './schema-terminal.ts';
import type { Secret } from './secret.ts';
import { noSecrets, type SecretReader, secretReader } from './secrets.ts';
import { readSettings } from './source.ts';
import { validate } from './validate.ts';

type InstitutionSettings = GatewaySettings['institutions'][string];
type AlmaSettings = Exclude<InstitutionSettings['alma'], string>;

export type InstitutionConfig = Omit<InstitutionSettings, 'alma'> & {
  readonly alma: 'simulator' | (Omit<AlmaSettings, 'apiKey'> & { readonly apiKey: Secret });
};
export type TerminalConfig = Omit<TerminalSettings, 'login'> & {
  readonly login?: { readonly user: string; readonly password: Secret };
};
/** What a profile's own file is about, and nobody after the loader. */
type Header = 'version' | 'extends';

export type BrokerConfig = Omit<BrokerSettings, 'admit' | Header> & {
  readonly admit: Pick<BrokerSettings['admit'], 'addresses' | 'certificates'> & {
    readonly token?: Secret;
    readonly messageToken?: Secret;
  };
};
export type DialectConfig = Omit<DialectSettings, Header>;

/** The whole configuration, checked: paths are absolute, secrets are fetched, every name leads somewhere. */
export type Config = Omit<GatewaySettings, 'institutions' | 'terminals'> & {
  readonly institutions: Readonly<Record<string, InstitutionConfig>>;
  readonly terminals: readonly TerminalConfig[];
  /** By the names that `institutions.*.brokers` uses. */
  readonly brokers: ReadonlyMap<string, BrokerConfig>;
  /** By the names that `terminals.*.dialect` uses. */
  readonly dialects: ReadonlyMap<string, DialectConfig>;
  /** The library's own words, by language: every file of messages/. */
  readonly messages: ReadonlyMap<string, OwnWords>;
};

/** What the settings may name that other parts of the program declare. */
export interface Vocabulary extends KnownWords {
  /** The SIP2 requests that can be withheld from a terminal. */
  readonly requestCodes: readonly string[];
}

export interface LoadOptions {
  /** Settings that replace those of the file, each `dotted.path=value`. */
  readonly overrides?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** For a command that needs none: where they are kept may be readable by the daemon's user alone. */
  readonly withoutSecrets?: boolean;
  readonly vocabulary: Vocabulary;
}

/**
 * Reads `gateway.yaml` and, beside it, `brokers/`, `kiosks/` and `messages/`. Relative paths in any of them start at the folder
 * of gateway.yaml. Throws a ConfigError with every problem there is.
 */
export function loadConfig(file: string, options: LoadOptions): Config {
  const folder = dirname(resolve(file));
  const read = options.withoutSecrets ? noSecrets : secretReader(folder, options.env ?? process.env);
  const gateway = readSettings(file, options.overrides);
  const validated = validate(gateway, gatewaySchema);
  const beside = (name: string): string => join(dirname(file), name);
  const brokers = readProfiles(gateway, 'institutions.*.brokers.*', beside('brokers'), brokerSchema);
  const dialects = readProfiles(gateway, 'terminals.*.dialect', beside('kiosks'), dialectSchema);
  const { messages, problems: inMessages } = readMessages(gateway, beside('messages'), options.vocabulary);
  const brokerSecrets = ['admit.token', 'admit.messageToken'];
  const problems = [
    ...gateway.problems,
    ...validated.problems,
    ...references.terminalProblems(gateway),
    ...references.indistinctTerminals(gateway),
    ...references.withheldProblems(gateway, options.vocabulary.requestCodes),
    ...references.missingCertificates(gateway, folder),
    ...references.missingSecrets(gateway, ['institutions.*.alma.apiKey', 'terminals.*.login.password'], read),
    ...brokers.problems,
    ...references.brokerCodeProblems(gateway, brokers.profiles),
    ...references.pinDemandProblems(gateway, brokers.profiles),
    ...[...brokers.profiles.values()].flatMap(({ source }) => references.missingSecrets(source, brokerSecrets, read)),
    ...dialects.problems,
    ...inMessages,
  ];
  if (problems.length > 0 || validated.settings === undefined) throw new ConfigError(inOrder(file, problems));
  const profiles = { brokers: settingsOf(brokers.profiles), dialects: settingsOf(dialects.profiles) };
  return { ...resolved(validated.settings, folder, read, profiles), messages };
}

function resolved(
  settings: GatewaySettings,
  folder: string,
  read: SecretReader,
  {
    brokers,
    dialects,
  }: { brokers: ReadonlyMap<string, BrokerSettings>; dialects: ReadonlyMap<string, DialectSettings> },
): Omit<Config, 'messages'> {
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
      Array.from(brokers, ([name, { admit, version: _, extends: __, ...rest }]) => {
        const { token, messageToken, ...connection } = admit;
        const secrets = {
          ...(token && { token: fetched(token, read) }),
          ...(messageToken && { messageToken: fetched(messageToken, read) }),
        };
        return [name, { ...rest, admit: { ...connection, ...secrets } }];
      }),
    ),
    dialects: new Map(Array.from(dialects, ([name, { version: _, extends: __, ...rest }]) => [name, rest])),
  };
}

function absolute(tls: TlsSettings, folder: string): TlsSettings {
  return { ...tls, certificate: resolve(folder, tls.certificate), key: resolve(folder, tls.key) };
}

/** As a person reads: the gateway's file first, each from the top. What two profiles inherit is wrong once. */
function inOrder(first: string, found: readonly Problem[]): Problem[] {
  const problems = [...new Map(found.map((problem) => [describeProblem(problem), problem])).values()];
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
