import { BlockList, isIPv6 } from 'node:net';
import { resolve } from 'node:path';
import { tlsFailure } from './certificates.ts';
import { suggestion } from './nearest.ts';
import type { Problem } from './problems.ts';
import type { Profiles } from './profiles.ts';
import { addresses, secretSchema, tlsSchema } from './schema.ts';
import type { BrokerSettings } from './schema-broker.ts';
import type { SecretReader } from './secrets.ts';
import { type Path, type Source, select } from './source.ts';

/*
 * What no schema can see: that names lead somewhere, that nobody is there twice, that files and secrets exist.
 * All of it looks at the values as written, so that one wrong key elsewhere hides none of these problems.
 */

/** Each secret below these places can be fetched. */
export function missingSecrets(source: Source, places: readonly string[], read: SecretReader): Problem[] {
  const problems: Problem[] = [];
  for (const { path, value } of places.flatMap((pattern) => [...select(source.value, pattern)])) {
    const parsed = secretSchema.safeParse(value);
    const result = parsed.success ? read(parsed.data) : undefined;
    if (result !== undefined && 'failure' in result) problems.push(source.problem(path, result.failure));
  }
  return problems;
}

/** The certificate and key of every TLS listener are there, or may be made. */
export function missingCertificates(source: Source, folder: string): Problem[] {
  const problems: Problem[] = [];
  for (const { path, value } of select(source.value, 'listen.*.tls')) {
    const parsed = tlsSchema.safeParse(value);
    if (!parsed.success) continue;
    const { certificate, key, makeIfMissing } = parsed.data;
    const tls = { certificate: resolve(folder, certificate), key: resolve(folder, key), makeIfMissing };
    const failure = tlsFailure(tls);
    if (failure !== undefined) problems.push(source.problem(path, failure));
  }
  return problems;
}

/** Every terminal belongs to an institution that exists, and neither its id nor its login is another's. */
export function terminalProblems(source: Source): Problem[] {
  const institutions = [...select(source.value, 'institutions.*')].map(({ path }) => path[1] ?? '');
  const problems: Problem[] = [];
  for (const { path, value } of select(source.value, 'terminals.*.institution')) {
    if (typeof value !== 'string' || institutions.includes(value)) continue;
    const message = `expected a key of institutions, found "${value}"${suggestion(value, institutions)}`;
    problems.push(source.problem(path, message));
  }
  const ids = new Set<string>();
  const logins = new Set<string>();
  for (const { path, value } of select(source.value, 'terminals.*')) {
    const id = text(value, 'id');
    if (id !== undefined && ids.has(id)) problems.push(twice(source, [...path, 'id'], `terminal id "${id}"`));
    if (id !== undefined) ids.add(id);
    const institution = text(value, 'institution');
    const user = text(value, 'login', 'user');
    const login = JSON.stringify([institution, user]);
    if (user !== undefined && logins.has(login)) {
      problems.push(twice(source, [...path, 'login', 'user'], `login user "${user}" at ${institution}`));
    }
    if (user !== undefined) logins.add(login);
  }
  return problems;
}

/**
 * What is without a login is known by its address alone: where two such terminals share one, neither is ever known.
 */
export function indistinctTerminals(source: Source): Problem[] {
  const silent = [...select(source.value, 'terminals.*')].flatMap(({ path, value }) => {
    const [listed] = select(value, 'addresses');
    const parsed = addresses.safeParse(listed?.value);
    return parsed.success && [...select(value, 'login')].length === 0
      ? [{ path, id: text(value, 'id') ?? '', ranges: parsed.data }]
      : [];
  });
  return silent.flatMap(({ path, ranges }, index) => {
    const other = silent.slice(0, index).find((earlier) => overlap(earlier.ranges, ranges));
    if (other === undefined) return [];
    const message = `expected addresses that "${other.id}" has not, or a login, because neither has one by which to tell them apart`;
    return [source.problem([...path, 'addresses'], message)];
  });
}

/** Two ranges overlap where one holds the other's first address. */
function overlap(some: readonly string[], others: readonly string[]): boolean {
  return some.some((one) => others.some((other) => holds(one, other) || holds(other, one)));
}

function holds(range: string, other: string): boolean {
  const [ip = '', bits] = range.split('/');
  const [address = ''] = other.split('/');
  const list = new BlockList();
  list.addSubnet(ip, Number(bits ?? (isIPv6(ip) ? 128 : 32)), isIPv6(ip) ? 'ipv6' : 'ipv4');
  return list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/** Within an institution every code, without regard to case, means one broker: the first that listed it. */
export function brokerCodeProblems(source: Source, brokers: Profiles<BrokerSettings>): Problem[] {
  const problems: Problem[] = [];
  for (const { path, value: names } of select(source.value, 'institutions.*.brokers')) {
    if (!Array.isArray(names)) continue;
    const owners = new Map<string, string>();
    for (const [index, name] of names.entries()) {
      if (names.indexOf(name) < index) {
        problems.push(twice(source, [...path, String(index)], `broker "${name}"`));
        continue;
      }
      const profile = brokers.get(name);
      for (const code of profile === undefined ? [] : codesOf(profile.source)) {
        const owner = owners.get(code.value.toLowerCase()) ?? name;
        owners.set(code.value.toLowerCase(), owner);
        if (owner === name) continue;
        const message = `expected a code that no other broker of ${path[1]} has, found "${code.value}", which brokers/${owner}.yaml has too`;
        problems.push(profile!.source.problem(code.path, message));
      }
    }
  }
  return problems;
}

/** What is withheld from a terminal is the code of a request that it could have. */
export function withheldProblems(source: Source, requestCodes: readonly string[]): Problem[] {
  return [...select(source.value, 'terminals.*.withhold.*')].flatMap(({ path, value }) => {
    if (typeof value !== 'string' || requestCodes.includes(value)) return [];
    const known = ` (known: ${requestCodes.join(', ')})`;
    return [source.problem(path, `expected the code of a request that is offered, found "${value}"${known}`)];
  });
}

/** Nobody demands a PIN where none is checked: any four digits would do. */
export function pinDemandProblems(source: Source, brokers: Profiles<BrokerSettings>): Problem[] {
  const unchecked = [...select(source.value, 'institutions.*')]
    .filter(({ value }) => (text(value, 'pin') ?? 'none') === 'none')
    .map(({ path, value }) => ({ code: path[1] ?? '', path, value }));
  return unchecked.flatMap(({ code, path, value }) => {
    const message = `expected if-sent, found "required", but ${code} checks no PIN (pin: none); say there how it is checked`;
    const demandsOf = (who: Source, where: Path, settings: unknown): Problem[] =>
      text(settings, 'pinDemand') === 'required' ? [who.problem([...where, 'pinDemand'], message)] : [];
    const terminals = [...select(source.value, 'terminals.*')].filter((one) => text(one.value, 'institution') === code);
    const profiles = [...select(value, 'brokers.*')].flatMap(({ value: name }) => brokers.get(String(name)) ?? []);
    return [
      ...demandsOf(source, path, value),
      ...terminals.flatMap((one) => demandsOf(source, one.path, one.value)),
      ...profiles.flatMap((one) => demandsOf(one.source, [], one.source.value)),
    ];
  });
}

function codesOf(source: Source): { path: Path; value: string }[] {
  const found = [...select(source.value, 'code'), ...select(source.value, 'alsoKnownAs.*')];
  return found.flatMap(({ path, value }) => (typeof value === 'string' ? [{ path, value }] : []));
}

function twice(source: Source, path: Path, what: string): Problem {
  return source.problem(path, `expected each once, found the ${what} twice`);
}

/** The text at a path below a value, if there is text. */
function text(value: unknown, ...path: string[]): string | undefined {
  const found = [...select(value, path.join('.'))][0]?.value;
  return typeof found === 'string' ? found : undefined;
}
