import { createHash, timingSafeEqual } from 'node:crypto';
import type { Institution, Partner, PinPolicy } from '../circulation/context.ts';
import type { BrokerConfig, Config, InstitutionConfig, TerminalConfig } from '../config/load.ts';
import type { Secret } from '../config/secret.ts';
import { addressTest } from '../edge/address.ts';
import { catalogueOf } from '../edge/words.ts';
import type { NcipInstitution, NcipPartner } from '../ncip/admission.ts';
import { type Dialect, defaultDialect } from '../sip2/dialect.ts';
import type { FieldId } from '../sip2/fields.ts';
import type { RequestCode } from '../sip2/messages.ts';
import type { Terminal } from '../sip2/terminal.ts';

/** The operator's settings as the parts of the program know them: one translation, here. */

function institutionOf(code: string, { name, timeZone, currency, pin, limits }: InstitutionConfig): Institution {
  return { code, name, timeZone, currency, pin: pinPolicyOf(pin), limits };
}

function pinPolicyOf(pin: InstitutionConfig['pin']): PinPolicy {
  if (pin === 'none' || pin === 'alma-password') return { kind: pin };
  return { kind: 'identifier', type: pin.slice('identifier:'.length) };
}

/** Every institution with the partners that may speak for it, by code. */
export function ncipInstitutions(config: Config): Map<string, NcipInstitution> {
  return new Map(
    Object.entries(config.institutions).map(([code, settings]) => {
      const partners = settings.brokers.map((name) => partnerOf(config.brokers.get(name)!, settings));
      return [code, { institution: institutionOf(code, settings), partners }];
    }),
  );
}

function partnerOf(
  { admit, alsoKnownAs, lending, borrowing, pinDemand, ...rest }: BrokerConfig,
  institution: InstitutionConfig,
): NcipPartner {
  const patron: Partner['lending']['patron'] =
    'fixed' in lending.patron
      ? { kind: 'fixed', id: lending.patron.fixed }
      : { kind: 'per-agency', ...lending.patron.perAgency };
  const { from, prefix } = borrowing.barcode;
  const { addresses, token, certificates, messageToken } = admit;
  return {
    partner: {
      ...rest,
      lending: { ...lending, patron },
      borrowing: { ...borrowing, barcode: { kind: from, prefix } },
    },
    names: [rest.code, ...alsoKnownAs],
    admit: {
      ...(addresses.length > 0 && { fromAddress: addressTest(addresses) }),
      ...(token !== undefined && { token: (said: string) => matches(token, said) }),
      ...(certificates.length > 0 && { certificates: certificates.map(plainFingerprint) }),
      ...(messageToken !== undefined && { messageToken: (said: string) => matches(messageToken, said) }),
    },
    pinDemand: pinDemand ?? institution.pinDemand,
  };
}

/** As `peerOf` gives it. */
const plainFingerprint = (written: string): string => written.replaceAll(':', '').toLowerCase();

/** The terminals as the SIP2 edge knows them. */
export function terminalsOf(config: Config): Terminal[] {
  return config.terminals.map((terminal) => terminalOf(config, terminal));
}

function terminalOf(config: Config, terminal: TerminalConfig): Terminal {
  const { id, place, addresses, login, sortBins } = terminal;
  const institution = config.institutions[terminal.institution]!;
  const { hideFields, ...wire } = config.dialects.get(terminal.dialect)!;
  return {
    id,
    institution: institutionOf(terminal.institution, institution),
    place,
    dialect: { ...defaultDialect, ...wire, hideFields: hideFields as FieldId[] } satisfies Dialect,
    admits: addressTest(addresses),
    login: login && { user: login.user, passwordMatches: (password) => matches(login.password, password) },
    sortBins,
    pinDemand: terminal.pinDemand ?? institution.pinDemand,
    withheld: terminal.withhold as RequestCode[],
    catalogue: catalogueOf(config.messages),
    language: terminal.language ?? institution.language,
  };
}

/** Compares without telling by its duration how much was right. */
function matches(secret: Secret, said: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(secret.reveal()), digest(said));
}
