import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type OrgId, parseOrgId } from '../../shared/kernel/ids.js';
import { readSource } from '../../shared/policy/facts.js';
import type { Home } from '../../shared/runtime/home.js';
import { projectRoot } from '../../shared/runtime/root.js';
import {
  type Directory,
  type DirectoryKey,
  openDirectory,
  signDirectory,
} from '../../shared/trust/directory.js';
import type { KeyEntry } from '../../shared/trust/directory-key.js';
import { type FederationFacts, parseFederation } from '../../shared/trust/directory-source.js';
import type { PublicJwk } from '../../shared/trust/jwk.js';
import { readSigner } from '../../shared/trust/keys.js';
import { parseKid } from '../../shared/trust/kid.js';
import { readAnchor, readDirectory } from '../../shared/trust/read-directory.js';
import { checkSuccession } from '../../shared/trust/succession.js';
import { newestCopy } from './newest-directory.js';
import { directoryLost, requireSameMembers } from './same-members.js';
import { writeSecret } from './secrets.js';

const DAY_MS = 86_400_000;
const NEXT_UPDATE_DAYS = 7;
const KEY_YEARS = 2;

/** The facts of `policies/federation/directory.yaml`; throws `schema-invalid` with the place, `config-invalid` where it cannot be read. */
export function readFederation(policies = join(projectRoot, 'policies')): FederationFacts {
  return parseFederation(readSource(join(policies, 'federation', 'directory.yaml')));
}

/** The organisations that the facts name, in their order. */
export function orgsOf(facts: FederationFacts): readonly OrgId[] {
  return Object.keys(facts.organisations).map(parseOrgId);
}

/** The directory that the home holds now, verified; undefined when there is none yet. */
export async function readHomeDirectory(home: Home): Promise<Directory | undefined> {
  if (statSync(home.directory, { throwIfNoEntry: false }) === undefined) return undefined;
  return readDirectory(home);
}

interface Signing {
  readonly facts: FederationFacts;
  readonly now: Date;
  /** Keys that no version lists yet. */
  readonly added?: readonly PublicJwk[];
  /** Hears when the version before is not the one that stood in the file. */
  readonly say?: (words: string) => void;
}

/**
 * Signs the next version of the home's directory with the root key and puts it in place at once: the facts as they are
 * now, every key listed before with its dates, `added` keys valid from a day ago (clocks differ) for two years. It follows
 * the newest version that this home holds, in the file or as a process kept it.
 * Throws `config-invalid` for other members than those of the version before, and where that one is lost; what
 * `checkSuccession` throws where no gateway would take it.
 */
export async function signHomeDirectory(home: Home, signing: Signing): Promise<Directory> {
  const { facts, now, added = [], say = () => {} } = signing;
  const before = await newestDirectory(home, say);
  if (before === undefined && added.length === 0) throw directoryLost(home.directory);
  const fresh = added.map((jwk) => entryOf(jwk, now));
  const keysOf = (owner: string, known: readonly DirectoryKey[] = []): readonly KeyEntry[] => [
    ...known.map(entryAgain),
    ...fresh.filter(({ kid }) => parseKid(kid).owner === owner),
  ];
  const entries = Object.entries(facts.organisations).map(([org, entry]) => {
    const known = before?.organisations.get(parseOrgId(org))?.keys;
    return [org, { ...entry, keys: keysOf(org, known) }] as const;
  });
  const organisations = Object.fromEntries(entries);
  if (before !== undefined) requireSameMembers(before, { federation: facts.federation, organisations });
  const jws = await signDirectory(
    {
      federation: facts.federation,
      version: (before?.version ?? 0) + 1,
      previous: before?.digest ?? null,
      issuedAt: rfc3339(now),
      nextUpdate: rfc3339(new Date(now.getTime() + NEXT_UPDATE_DAYS * DAY_MS)),
      hub: { keys: keysOf('hub', before?.hub.keys) },
      organisations,
    },
    await readSigner(home.rootKey),
  );
  const next = await openDirectory(jws, readAnchor(home));
  if (before !== undefined) checkSuccession(before, next);
  writeSecret(home.directory, jws);
  return next;
}

/** A file that was put back, or is lost, is not what the next version follows where a process of this home held a newer one. */
async function newestDirectory(home: Home, say: (words: string) => void): Promise<Directory | undefined> {
  const file = await readHomeDirectory(home);
  const copy = await newestCopy(home);
  if (copy === undefined || copy.directory.version <= (file?.version ?? 0)) return file;
  const { path, directory } = copy;
  const what = file === undefined ? 'is missing' : `is version ${file.version}, an older one put back`;
  say(`\`${home.directory}\` ${what}: the next one follows version ${directory.version} of \`${path}\``);
  return directory;
}

/** An operator key is a person's: here whoever runs the demonstration. */
const DEMO_PERSON = 'demonstration operator';

function entryOf(jwk: PublicJwk, now: Date): KeyEntry {
  const { use } = parseKid(jwk.kid);
  return {
    kid: jwk.kid,
    jwk,
    use,
    ...(use === 'operator' ? { person: DEMO_PERSON } : {}),
    notBefore: rfc3339(new Date(now.getTime() - DAY_MS)),
    notAfter: rfc3339(new Date(now.getTime() + KEY_YEARS * 365 * DAY_MS)),
  };
}

function entryAgain(key: DirectoryKey): KeyEntry {
  const { kid, x, use, notBefore, notAfter, revokedAt, person } = key;
  return {
    kid,
    jwk: { kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig', kid, x },
    use,
    notBefore: rfc3339(notBefore),
    notAfter: rfc3339(notAfter),
    ...(revokedAt === undefined ? {} : { revokedAt: rfc3339(revokedAt) }),
    ...(person === undefined ? {} : { person }),
  };
}

function rfc3339(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
