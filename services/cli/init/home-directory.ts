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
import { readSigner } from '../../shared/trust/keys.js';
import { parseKid } from '../../shared/trust/kid.js';
import { readAnchor, readDirectory } from '../../shared/trust/read-directory.js';
import { checkSuccession } from '../../shared/trust/succession.js';
import { DAY_MS, existingEntry } from './key-entry.js';
import { rfc3339 } from '../../shared/kernel/clock.js';
import { newestCopy } from './newest-directory.js';
import { directoryLost, requireSameMembers } from './same-members.js';
import { writeSecret } from './secrets.js';

const NEXT_UPDATE_DAYS = 7;

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
  /** What is said of the members now; absent: what the version before says. */
  readonly facts?: FederationFacts;
  readonly now: Date;
  /** Keys that no version lists yet. */
  readonly added?: readonly KeyEntry[];
  /** The id of a key that is revoked from now on. */
  readonly revoked?: string;
  /** Hears when the version before is not the one that stood in the file. */
  readonly say?: (words: string) => void;
}

/**
 * Signs the next version of the home's directory with the root key and puts it in place at once: what is said of the members,
 * every key listed before with its dates, and those that are added. It follows the newest version that this home holds, in the
 * file or as a process kept it. Whoever calls it holds `lockDirectory`, or has the home alone.
 * Throws `config-invalid` for other members than those of the version before, and where that one is lost; what
 * `checkSuccession` throws where no gateway would take it.
 */
export async function signHomeDirectory(home: Home, signing: Signing): Promise<Directory> {
  const { now, added = [], say = () => {} } = signing;
  const before = await findNewest(home, say);
  const facts = signing.facts ?? (before && factsOf(before));
  if (facts === undefined || (before === undefined && added.length === 0))
    throw directoryLost(home.directory);
  const keysOf = keysAfter(signing);
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

/** The keys that the next version lists of an owner: none is ever taken out, a revocation never moved. */
function keysAfter({ now, added = [], revoked }: Signing) {
  return (owner: string, known: readonly DirectoryKey[] = []): readonly KeyEntry[] => {
    const again = known.map((key) => {
      const isRevoked = key.kid === revoked && key.revokedAt === undefined;
      return existingEntry(isRevoked ? { ...key, revokedAt: now } : key);
    });
    return [...again, ...added.filter(({ kid }) => parseKid(kid).owner === owner)];
  };
}

/** What a version says of the members, without their keys. */
function factsOf({ federation, organisations }: Directory): FederationFacts {
  const members = [...organisations.values()].map((organisation) => {
    const { id, keys: _keys, suspendedAt, leftAt, ...facts } = organisation;
    const ends = Object.entries({ suspendedAt, leftAt }).flatMap(([name, date]) =>
      date === undefined ? [] : [[name, rfc3339(date)] as const],
    );
    return [id, { ...facts, ...Object.fromEntries(ends) }] as const;
  });
  return { federation, organisations: Object.fromEntries(members) };
}

/**
 * The version that the next one follows: the newest that this home holds, as a file that was put back, or is lost, is not it
 * where a process here held a newer one; `say` hears of that. Throws `config-invalid` where there is none.
 */
export async function newestDirectory(
  home: Home,
  say: (words: string) => void = () => {},
): Promise<Directory> {
  const newest = await findNewest(home, say);
  if (newest === undefined) throw directoryLost(home.directory);
  return newest;
}

async function findNewest(home: Home, say: (words: string) => void): Promise<Directory | undefined> {
  const file = await readHomeDirectory(home);
  const copy = await newestCopy(home);
  if (copy === undefined || copy.directory.version <= (file?.version ?? 0)) return file;
  const { path, directory } = copy;
  const what = file === undefined ? 'is missing' : `is version ${file.version}, an older one put back`;
  say(`\`${home.directory}\` ${what}: the next one follows version ${directory.version} of \`${path}\``);
  return directory;
}
