import { Ajv, type ValidateFunction } from 'ajv';
import { closed } from '../kernel/closed-schema.js';
import { fail } from '../kernel/errors.js';
import { MAX_MEMBERS } from '../kernel/ids.js';
import type { KeyEntry } from './directory-key.js';

/** The facts about an organisation in `policies/federation/directory.yaml`. */
export interface OrganisationEntry {
  readonly name: string;
  readonly seat: string;
  readonly groups: readonly string[];
  readonly accreditedFor: readonly string[];
  readonly agreements: readonly string[];
  readonly quotas: { readonly perMinute: number };
  readonly suspendedAt?: string;
  readonly leftAt?: string;
}

/** The content of `policies/federation/directory.yaml`. */
export interface FederationFacts {
  readonly federation: string;
  readonly organisations: Readonly<Record<string, OrganisationEntry>>;
}

/** What the federation root signs: the facts with keys, version and dates. `previous` is the digest of the last JWS. */
export interface DirectorySource {
  readonly federation: string;
  readonly version: number;
  readonly previous: string | null;
  readonly issuedAt: string;
  readonly nextUpdate: string;
  readonly hub: { readonly keys: readonly KeyEntry[] };
  readonly organisations: Readonly<
    Record<string, OrganisationEntry & { readonly keys: readonly KeyEntry[] }>
  >;
}

const TOKEN = { type: 'string', pattern: '^[a-z0-9][a-z0-9-]{0,63}$' };
const TEXT = { type: 'string', minLength: 1, maxLength: 200 };
const DATE = {
  type: 'string',
  pattern: '^2[0-9]{3}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z$',
};
const tokens = { type: 'array', maxItems: 256, items: TOKEN };

const FACTS = {
  name: TEXT,
  seat: TEXT,
  groups: tokens,
  accreditedFor: { type: 'array', maxItems: 3, items: { enum: ['basic', 'restricted', 'confidential'] } },
  agreements: tokens,
  quotas: closed({ perMinute: { type: 'integer', minimum: 0, maximum: 10_000_000 } }),
  suspendedAt: DATE,
  leftAt: DATE,
};
const ENDINGS = ['suspendedAt', 'leftAt'];
const KEY = closed(
  {
    kid: TEXT,
    jwk: { type: 'object' },
    use: TEXT,
    notBefore: DATE,
    notAfter: DATE,
    revokedAt: DATE,
    person: TEXT,
  },
  ['revokedAt', 'person'],
);
const KEYS = { type: 'array', maxItems: 64, items: KEY };

function organisations(schema: object): object {
  // `hub`, `root` and `auditor` are issuers of their own, so no organisation may have these names.
  const propertyNames = { ...TOKEN, not: { enum: ['hub', 'root', 'auditor'] } };
  return { type: 'object', maxProperties: MAX_MEMBERS, propertyNames, additionalProperties: schema };
}

const ajv = new Ajv({ strict: true, allErrors: false, ownProperties: true });
const isFederation = ajv.compile<FederationFacts>(
  closed({ federation: TOKEN, organisations: organisations(closed(FACTS, ENDINGS)) }),
);
const isSource = ajv.compile<DirectorySource>(
  closed({
    federation: TOKEN,
    version: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
    previous: { type: ['string', 'null'], maxLength: 43 },
    issuedAt: DATE,
    nextUpdate: DATE,
    hub: closed({ keys: KEYS }),
    organisations: organisations(closed({ ...FACTS, keys: KEYS }, ENDINGS)),
  }),
);

/** Reads the parsed YAML of the federation. Throws `schema-invalid` with the place. */
export function parseFederation(value: unknown): FederationFacts {
  return parsed(value, isFederation);
}

/** Reads what the root signs. Throws `schema-invalid` with the place. */
export function parseDirectorySource(value: unknown): DirectorySource {
  return parsed(value, isSource);
}

function parsed<T>(value: unknown, validate: ValidateFunction<T>): T {
  if (validate(value)) return value;
  const [error] = validate.errors ?? [];
  const detail = { path: error?.instancePath ?? '', message: error?.message ?? 'does not fit' };
  throw fail('schema-invalid', `directory: \`${detail.path}\` ${detail.message}`, [detail]);
}
