import { Ajv, type ValidateFunction } from 'ajv';
import { closed } from '../kernel/closed-schema.js';
import { compileWhenUsed } from '../kernel/compile-when-used.js';
import { type Detail, fail, type LiaisonError } from '../kernel/errors.js';
import { MAX_MEMBERS } from '../kernel/ids.js';
import type { KeyEntry } from './directory-key.js';
import { witnessFault, type WitnessList, witnessListFields } from './directory/witness-schema.js';

/** The facts about a member in `policies/federation/members.yaml`. */
export interface MemberEntry {
  readonly name: string;
  readonly seat: string;
  readonly groups: readonly string[];
  readonly accreditedFor: readonly string[];
  readonly agreements: readonly string[];
}

/** How the hub treats a member, from `policies/federation/directory.yaml`. */
interface Treatment {
  readonly quotas: { readonly perMinute: number };
  /** How people at the hub reach this member; no process reads it. */
  readonly contact?: string;
}

/** Everything about a member but its keys. */
export interface OrganisationEntry extends MemberEntry, Treatment {}

/** The federation with its members, from both files. */
export interface FederationFacts {
  readonly federation: string;
  readonly organisations: Readonly<Record<string, OrganisationEntry>>;
}

/**
 * What the federation root signs: the facts with keys, version and dates. `previous` is the digest of the
 * previous version's statement.
 */
export interface DirectorySource {
  readonly federation: string;
  readonly version: number;
  readonly previous: string | null;
  readonly issuedAt: string;
  readonly nextUpdate: string;
  readonly hub: HubEntry;
  readonly organisations: Readonly<Record<string, SignedOrganisation>>;
  readonly witnesses?: WitnessList;
}

/** What the directory says about the hub. */
export interface HubEntry {
  /** The contract of the records that the hub writes: its processes and every member in force speak it. */
  readonly contract: number;
  /**
   * The types of questions that the hub answers besides the core ones; a gateway reads it before it signs a
   * question.
   */
  readonly serves: readonly string[];
  readonly keys: readonly KeyEntry[];
}

/** From when on a member no longer exchanges notices; the hub sets these dates when it signs a version. */
export interface MemberEnds {
  readonly suspendedAt?: string;
  /** It is about to leave: what it holds is taken back. */
  readonly leavingAt?: string;
  readonly leftAt?: string;
}

interface SignedOrganisation extends OrganisationEntry, MemberEnds {
  /** The newest contract that its gateway speaks. */
  readonly contract: number;
  /** The digest of the request by which it joined; absent for a member of a demonstration. */
  readonly joinRequest?: string;
  readonly keys: readonly KeyEntry[];
}

/** The classifications that a member may be accredited for, in rising order. */
export const CLASSIFICATIONS: readonly string[] = ['basic', 'restricted', 'confidential'];

/**
 * Names that no member may have: other issuers of keys, the folder of the federation's rules, and `others`, by which
 * cases mean every recipient that they do not name.
 */
export const RESERVED_IDS: readonly string[] = ['hub', 'root', 'auditor', 'federation', 'others'];

/**
 * The pattern of the id of a new member. An id of digits alone is refused: an object lists such a name before all others, and a next version lists
 * new members last.
 */
export const NEW_MEMBER_ID = '^(?![0-9]+$)[a-z0-9][a-z0-9-]{0,63}$';

const TOKEN = { type: 'string', pattern: '^[a-z0-9][a-z0-9-]{0,63}$' };
const TEXT = { type: 'string', minLength: 1, maxLength: 200 };
const DATE = {
  type: 'string',
  pattern: '^2[0-9]{3}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z$',
};
const tokens = { type: 'array', maxItems: 256, items: TOKEN };

const QUOTAS = closed({ perMinute: { type: 'integer', minimum: 0, maximum: 10_000_000 } });

const FACTS = {
  name: TEXT,
  seat: TEXT,
  groups: tokens,
  accreditedFor: { type: 'array', maxItems: 3, items: { enum: CLASSIFICATIONS } },
  agreements: tokens,
};
const TREATMENT = { quotas: QUOTAS, contact: TEXT };
const ENDS = { suspendedAt: DATE, leavingAt: DATE, leftAt: DATE };
const NUMBER = { type: 'integer', minimum: 1, maximum: 65_535 };
const KEY = closed(
  {
    kid: TEXT,
    type: TEXT,
    jwk: { type: 'object' },
    notBefore: DATE,
    notAfter: DATE,
    revokedAt: DATE,
    person: TEXT,
    askedBy: TEXT,
  },
  ['revokedAt', 'person', 'askedBy'],
);
const DIGEST = { type: 'string', pattern: '^[A-Za-z0-9_-]{43}$' };
const KEYS = { type: 'array', maxItems: 64, items: KEY };

function organisations(schema: object): object {
  const propertyNames = { ...TOKEN, not: { enum: RESERVED_IDS } };
  return { type: 'object', maxProperties: MAX_MEMBERS, propertyNames, additionalProperties: schema };
}

const ajv = new Ajv({ strict: true, allErrors: false, ownProperties: true, validateSchema: false });
const isFederation = compileWhenUsed<{ directory: DirectoryFile; members: MembersFile }>(
  ajv,
  closed({
    directory: closed(
      {
        federation: TOKEN,
        quotas: QUOTAS,
        organisations: organisations(closed(TREATMENT, Object.keys(TREATMENT))),
      },
      ['organisations'],
    ),
    members: closed(
      {
        accession: { enum: ['quorum', 'operator'] },
        members: organisations(closed({ ...FACTS, host: TOKEN }, ['host'])),
      },
      ['accession'],
    ),
  }),
);
const VERSION = { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER };
const SERVES = { ...tokens, uniqueItems: true };

/** JSON schemas that a version and its amendment share. */
export const directorySchemas = {
  token: TOKEN,
  date: DATE,
  digest: DIGEST,
  version: VERSION,
  contract: NUMBER,
  serves: SERVES,
  kid: TEXT,
  memberEnds: ENDS,
} as const;

const isSource = compileWhenUsed<DirectorySource>(
  ajv,
  closed(
    {
      federation: TOKEN,
      version: VERSION,
      previous: { type: ['string', 'null'], maxLength: 43 },
      issuedAt: DATE,
      nextUpdate: DATE,
      hub: closed({ contract: NUMBER, serves: SERVES, keys: KEYS }),
      organisations: organisations(
        closed({ ...FACTS, ...TREATMENT, ...ENDS, contract: NUMBER, joinRequest: DIGEST, keys: KEYS }, [
          ...Object.keys(ENDS),
          'contact',
          'joinRequest',
        ]),
      ),
      witnesses: closed({ ...witnessListFields({ version: VERSION, date: DATE, ids: tokens }) }),
    },
    ['witnesses'],
  ),
);

interface DirectoryFile {
  readonly federation: string;
  /** For each member that has no quotas of its own. */
  readonly quotas: Treatment['quotas'];
  readonly organisations?: Readonly<Record<string, Partial<Treatment>>>;
}

interface MembersFile {
  readonly members: Readonly<Record<string, MemberEntry & { readonly host?: string }>>;
}

/**
 * Joins the parsed YAML of the two files of a federation; the members are in the order of `members.yaml`. Throws
 * `schema-invalid` with the file and the JSON pointer in it: `federation/members.yaml#/members/europol/seat`.
 */
export function parseFederation(files: {
  readonly directory: unknown;
  readonly members: unknown;
}): FederationFacts {
  const { directory, members } = parsed(files, isFederation(), (pointer) =>
    pointer.replace(/^\/(directory|members)/, 'federation/$1.yaml#'),
  );
  const { federation, quotas, organisations: treatments = {} } = directory;
  const stranger = Object.keys(treatments).find((name) => !Object.hasOwn(members.members, name));
  if (stranger !== undefined) {
    const path = `federation/directory.yaml#/organisations/${stranger}`;
    throw invalid({ path, message: 'names no member of federation/members.yaml' });
  }
  const entries = Object.entries(members.members).map(
    ([name, { host: _host, ...facts }]) => [name, { ...facts, quotas, ...ownOf(treatments, name) }] as const,
  );
  return { federation, organisations: Object.fromEntries(entries) };
}

function ownOf<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** Reads what the root signs. Throws `schema-invalid` with the place. */
export function parseDirectorySource(value: unknown): DirectorySource {
  const source = parsed(value, isSource());
  const message = source.witnesses && witnessFault(source.witnesses, source.organisations);
  if (message !== undefined) throw invalid({ path: '/witnesses/members', message });
  return source;
}

function parsed<T>(
  value: unknown,
  validate: ValidateFunction<T>,
  placeOf = (pointer: string): string => pointer,
): T {
  if (validate(value)) return value;
  const [error] = validate.errors ?? [];
  throw invalid({ path: placeOf(error?.instancePath ?? ''), message: error?.message ?? 'does not fit' });
}

function invalid(detail: Detail): LiaisonError {
  return fail('schema-invalid', `directory: \`${detail.path}\` ${detail.message}`, [detail]);
}
