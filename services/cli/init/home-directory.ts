import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type OrgId, parseOrgId } from '../../shared/kernel/ids.js';
import { readFederationFiles } from '../../shared/policy/federation-files.js';
import type { Home } from '../../shared/runtime/home.js';
import { projectRoot } from '../../shared/runtime/root.js';
import {
  type Directory,
  type DirectoryKey,
  openDirectory,
  type Organisation,
} from '../../shared/trust/directory.js';
import type { KeyEntry } from '../../shared/trust/directory-key.js';
import {
  type DirectorySource,
  type FederationFacts,
  type MemberEnds,
  parseFederation,
} from '../../shared/trust/directory-source.js';
import { parseKid } from '../../shared/trust/kid.js';
import { readAnchor, readDirectory } from '../../shared/trust/read-directory.js';
import { verifySuccession } from '../../shared/trust/directory/succession.js';
import type { WitnessList } from '../../shared/trust/directory/witness-schema.js';
import { DAY_MS, existingEntry } from './key-entry.js';
import { rfc3339 } from '../../shared/kernel/clock.js';
import { CONTRACT } from '../../shared/wire/contract.js';
import { SERVED_QUESTIONS } from '../../shared/wire/served-questions.js';
import { gateDirectory } from './gate-directory.js';
import { newestCopy } from './newest-directory.js';
import { nextVersion, writeVersion } from './next-version.js';
import { signVersion } from './sign-version.js';
import { directoryLost, requireSameMembers } from './same-members.js';

const NEXT_UPDATE_DAYS = 7;

/**
 * Reads the federation and its members from `federation/directory.yaml` and `federation/members.yaml` of a folder of
 * policies, the shipped one by default. Throws `schema-invalid` with the place of an error, `config-invalid` where a file
 * cannot be read.
 */
export function readFederation(policies = join(projectRoot, 'policies')): FederationFacts {
  return parseFederation(readFederationFiles(policies));
}

/** Returns the ids of the members, in the order of the file. */
export function orgsOf(facts: FederationFacts): readonly OrgId[] {
  return Object.keys(facts.organisations).map(parseOrgId);
}

/** Reads and verifies the signed directory of a home; undefined when it has none yet. */
export async function readHomeDirectory(home: Home): Promise<Directory | undefined> {
  if (statSync(home.directory, { throwIfNoEntry: false }) === undefined) return undefined;
  return readDirectory(home);
}

/** What the next version of a home's directory changes. */
export interface SignHomeDirectoryParams {
  /** The members; those of the previous version by default. */
  readonly facts?: FederationFacts;
  /** The contract that every member's gateway speaks; what the previous version says by default. */
  readonly contract?: number;
  /** What the request of a new member says. */
  readonly joined?: { readonly org: OrgId; readonly contract: number; readonly joinRequest: string };
  /** The newest contract that the gateway of one member speaks since it was updated. */
  readonly spoken?: { readonly org: OrgId; readonly contract: number };
  /** The contract of the hub's records; that of the previous version by default. */
  readonly hubContract?: number;
  /** Dates of one member: null ends a suspension, what is absent stays. */
  readonly ends?: { readonly org: OrgId } & {
    readonly [Name in keyof MemberEnds]?: Date | null;
  };
  readonly now: Date;
  /** The next witness list; that of the previous version by default. */
  readonly witnesses?: WitnessList | undefined;
  /** Keys to list for the first time. */
  readonly added?: readonly KeyEntry[];
  /** The text of the request for the added key or the contract, where the hub may grant it alone. */
  readonly request?: string | undefined;
  /** The ids of keys to revoke. */
  readonly revoked?: readonly string[];
  /** The folder of policies whose approvals count; the shipped one by default. */
  readonly policies?: string;
  /** Receives a note when the previous version is not the one in the home's file. */
  readonly say?: (words: string) => void;
}

/**
 * Signs the next version of the home's directory, as `signVersion` does, and writes it. The caller must hold `lockDirectory`, or
 * be the only user of the home. Throws as `planVersion` does, and as `verifySuccession` for a version that gateways would refuse.
 */
export async function signHomeDirectory(home: Home, signing: SignHomeDirectoryParams): Promise<Directory> {
  const { before, wanted } = await planVersion(home, signing);
  return acceptVersion(home, await signVersion(home, { wanted, before, request: signing.request }), before);
}

/** Writes a signed version as that of the home. Throws as `openDirectory` and `verifySuccession` do. */
export async function acceptVersion(
  home: Home,
  frame: Uint8Array,
  before: Directory | undefined,
): Promise<Directory> {
  const next = await openDirectory(frame, readAnchor(home));
  if (before !== undefined) await verifySuccession(before, next);
  writeVersion(home, frame);
  return next;
}

/** The next version of a home's directory, and the one that it follows. */
interface PlannedVersion {
  readonly before: Directory | undefined;
  readonly wanted: DirectorySource;
}

/**
 * Returns what the next version of the home's directory holds: the members, every key of the previous version with its dates, and
 * the added keys. The previous version is the newest one in this home, in the file or kept by a process. Throws `config-invalid`
 * where the members differ from those of the previous version or that version is missing, and as `gateDirectory` for facts that
 * loosen something without approval.
 */
export async function planVersion(home: Home, signing: SignHomeDirectoryParams): Promise<PlannedVersion> {
  const { now, added = [], say = () => {} } = signing;
  const before = await findNewest(home, say);
  const given = signing.facts ?? (before && factsOfDirectory(before));
  if (given === undefined || (before === undefined && added.length === 0))
    throw directoryLost(home.directory);
  const facts = inListedOrder(given, before);
  const keysOf = keysAfter(signing);
  const entries = Object.entries(facts.organisations).map(([org, entry]) => {
    const known = before?.organisations.get(parseOrgId(org));
    return [org, { ...entry, ...listedAfter(signing, org, known), keys: keysOf(org, known?.keys) }] as const;
  });
  const organisations = Object.fromEntries(entries);
  const witnesses = signing.witnesses ?? before?.witnesses;
  if (before !== undefined) {
    requireSameMembers(before, { federation: facts.federation, organisations });
    if (signing.facts !== undefined) await gateDirectory(home, { ...signing, before, facts });
  }
  const wanted = {
    federation: facts.federation,
    version: nextVersion(home, before),
    previous: before?.digest ?? null,
    ...validFrom(now),
    hub: {
      contract: signing.hubContract ?? before?.hub.contract ?? CONTRACT,
      serves: SERVED_QUESTIONS,
      keys: keysOf('hub', before?.hub.keys),
    },
    organisations,
    ...(witnesses === undefined ? {} : { witnesses }),
  };
  return { before, wanted };
}

/** Returns the members in the order of the previous version, as `checkSuccession` requires, and then the new ones. */
function inListedOrder(
  { organisations, ...facts }: FederationFacts,
  before: Directory | undefined,
): FederationFacts {
  const places = new Map<string, number>(
    Array.from(before?.organisations.keys() ?? [], (id, at) => [id, at]),
  );
  const placeOf = (org: string): number => places.get(org) ?? places.size;
  const members = Object.entries(organisations).toSorted(([one], [other]) => placeOf(one) - placeOf(other));
  return { ...facts, organisations: Object.fromEntries(members) };
}

/** Returns the dates of a version that is signed now. */
export function validFrom(now: Date): Pick<DirectorySource, 'issuedAt' | 'nextUpdate'> {
  const end = new Date(now.getTime() + NEXT_UPDATE_DAYS * DAY_MS);
  return { issuedAt: rfc3339(now), nextUpdate: rfc3339(end) };
}

/** Returns the keys of an owner in the next version: no key is ever removed, no date of revocation ever changed. */
function keysAfter({ now, added = [], revoked = [] }: SignHomeDirectoryParams) {
  return (owner: string, known: readonly DirectoryKey[] = []): readonly KeyEntry[] => {
    const again = known.map((key) => {
      const isRevoked = revoked.includes(key.kid) && key.revokedAt === undefined;
      return existingEntry(isRevoked ? { ...key, revokedAt: now } : key);
    });
    return [...again, ...added.filter(({ kid }) => parseKid(kid).owner === owner)];
  };
}

/** Returns the dates, the contract and the request of a member in the next version. */
function listedAfter(
  { contract, joined, spoken, ends }: SignHomeDirectoryParams,
  org: string,
  known: Organisation | undefined,
) {
  const from = joined?.org === org ? joined : known;
  const stated = spoken?.org === org ? spoken.contract : undefined;
  return {
    ...endsAfter(known, ends?.org === org ? ends : {}),
    contract: contract ?? stated ?? from?.contract ?? CONTRACT,
    ...(from?.joinRequest === undefined ? {} : { joinRequest: from.joinRequest }),
  };
}

/** Returns the dates of a member in the next version. */
function endsAfter(
  { suspendedAt, leavingAt, leftAt }: Pick<Organisation, keyof MemberEnds> = {},
  set: Omit<NonNullable<SignHomeDirectoryParams['ends']>, 'org'>,
): MemberEnds {
  const next = { suspendedAt, leavingAt, leftAt, ...set };
  const dates = [
    ['suspendedAt', next.suspendedAt],
    ['leavingAt', next.leavingAt],
    ['leftAt', next.leftAt],
  ] as const;
  return Object.fromEntries(dates.flatMap(([name, date]) => (date ? [[name, rfc3339(date)] as const] : [])));
}

/** Returns the members of a version, without their keys and dates. */
export function factsOfDirectory({ federation, organisations }: Directory): FederationFacts {
  const members = [...organisations.values()].map((organisation) => {
    const { id, contract: _contract, joinRequest: _request, keys: _keys, ...listed } = organisation;
    const { suspendedAt: _suspended, leavingAt: _leaving, leftAt: _left, ...facts } = listed;
    return [id, facts] as const;
  });
  return { federation, organisations: Object.fromEntries(members) };
}

/**
 * Returns the version that the next one follows: the newest in this home. If the file is missing or was
 * replaced by an older version, that is a copy kept by a process, and `say` receives a note. Throws
 * `config-invalid` where there is no version.
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
  const what = file === undefined ? 'is missing' : `is version ${file.version}, older than a kept copy`;
  say(`\`${home.directory}\` ${what}: the next one follows version ${directory.version} of \`${path}\``);
  return directory;
}
