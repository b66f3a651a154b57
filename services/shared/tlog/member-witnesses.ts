import { decodeBase64url } from '../kernel/base64url.js';
import { digest } from '../trust/digest.js';
import { type Directory, isInForce, isSuspended, type Organisation } from '../trust/directory.js';
import { LEAD_MS } from '../trust/signers/own-signer.js';
import { MAX_WITNESSES } from '../trust/directory/witness-schema.js';
import { defaultWitnessPolicy, type NamedWitness } from './default-witness-policy.js';
import { formatWitnessPolicy } from './format-witness-policy.js';
import type { DirectoryKey } from '../trust/directory-key.js';
import { importNoteKey, type NoteKey, SIGNATURE_TYPES } from './vkey.js';
import type { WitnessPolicy } from './witness-policy.js';
import type { Clock } from '../kernel/clock.js';

/** Returns the name of an organisation's witness in notes. */
export function witnessNameOf(federation: string, org: string): string {
  return `${federation}/${org}`;
}

/**
 * Returns the witness policy of a directory: more than two thirds of the members that its witness list names, suspended ones and those
 * without a key in force included; without a list, of its first 15 members that have a witness key in force and are not suspended. Its
 * quorum is `none` while the directory lists no witness key; where all that it lists are out of force, no checkpoint meets it.
 */
export function memberPolicy(
  { federation, organisations, witnesses: list }: WitnessListing,
  now: Date,
): WitnessPolicy {
  const named = list && new Set(list.members);
  const most = named?.size ?? MAX_WITNESSES;
  const witnesses: NamedWitness[] = [];
  for (const organisation of organisations.values()) {
    // The keys of later members are not looked at: each gateway of a host makes the policy anew every second.
    if (witnesses.length === most) break;
    if (named?.has(organisation.id) === false) continue;
    const key = witnessKeyOf(federation, organisation, now);
    if (key !== undefined) witnesses.push({ name: organisation.id, key });
  }
  const isListed = [...organisations.values()].some(({ keys }) => keys.some(({ use }) => use === 'witness'));
  return witnesses.length === 0 && isListed ? UNMET : defaultWitnessPolicy(witnesses, named?.size);
}

/** What a directory says about witnesses. */
type WitnessListing = Pick<Directory, 'federation' | 'organisations' | 'witnesses'>;

/** A policy that no checkpoint meets: one of no witnesses must cosign. */
const UNMET: WitnessPolicy = {
  logs: [],
  witnesses: new Map(),
  groups: new Map([['Members', { threshold: 1, members: [] }]]),
  quorum: 'Members',
};

/** Returns the witness policy that counts from a version of the directory: that of its members once all its keys count. */
export function witnessPolicyFrom(directory: Directory): WitnessPolicy {
  return memberPolicy(directory, new Date(directory.issuedAt.getTime() + LEAD_MS));
}

/** Returns the digest of a witness policy as a file, by which the record of a version of the directory names it. */
export function witnessPolicyDigest(policy: WitnessPolicy): string {
  return digest(formatWitnessPolicy(policy));
}

/** Returns a function: who must cosign the log now, by the policy that this process pins, else by that of the directory. */
export function witnessPolicyIn({
  witnessPolicy,
  directory,
  clock,
}: {
  readonly witnessPolicy?: WitnessPolicy | undefined;
  readonly directory: () => Directory;
  readonly clock: Clock;
}): () => WitnessPolicy {
  return witnessPolicy === undefined ? () => memberPolicy(directory(), clock()) : () => witnessPolicy;
}

/** The key that a member's gateway cosigns with now: the newest one in force that other processes know. */
function witnessKeyOf(federation: string, organisation: Organisation, now: Date): NoteKey | undefined {
  if (isSuspended(organisation, now)) return undefined;
  const newestFirst = organisation.keys
    .filter((key) => key.use === 'witness' && isInForce(key, now))
    .toSorted((a, b) => b.notBefore.getTime() - a.notBefore.getTime());
  const isKnown = ({ notBefore }: { readonly notBefore: Date }): boolean =>
    notBefore.getTime() + LEAD_MS <= now.getTime();
  const key = newestFirst.find(isKnown) ?? newestFirst[0];
  if (key === undefined) return undefined;
  const name = witnessNameOf(federation, organisation.id);
  return noteKeyOf(key, name);
}

/** Imported keys by those of the directory: an import takes 0.3 ms, and each gateway makes the policy anew every second. */
const imported = new WeakMap<DirectoryKey, NoteKey>();

function noteKeyOf(key: DirectoryKey, name: string): NoteKey {
  const known = imported.get(key);
  if (known?.name === name) return known;
  const noteKey = importNoteKey(name, SIGNATURE_TYPES.cosignature, decodeBase64url(key.x));
  imported.set(key, noteKey);
  return noteKey;
}
