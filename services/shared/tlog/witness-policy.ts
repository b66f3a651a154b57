import { isUtf8 } from 'node:buffer';
import { type Detail, errorFrom, fail } from '../kernel/errors.js';
import { type Cosignature, isWitnessKey, verifyCosignature } from './cosignature.js';
import { knownSignatures } from './known-signatures.js';
import { hasControl, type SignedNote } from './signed-note.js';
import { isNamedBy, type NoteKey, type NoteKeyName, parseVkey, SIGNATURE_TYPES } from './vkey.js';

/** Which checkpoints are believed (C2SP tlog-policy): those of these logs that enough of these witnesses cosigned. */
export interface WitnessPolicy {
  readonly logs: readonly NoteKey[];
  readonly witnesses: ReadonlyMap<string, PolicyWitness>;
  readonly groups: ReadonlyMap<string, WitnessGroup>;
  /** The name of a witness or group, or `none`. */
  readonly quorum: string;
}

/** The key of a witness, and where it takes checkpoints over HTTP, if the policy says so. */
export interface PolicyWitness extends NoteKey {
  readonly url?: string;
}

/** Witnesses and groups, of which `threshold` must have cosigned. */
export interface WitnessGroup {
  readonly threshold: number;
  readonly members: readonly string[];
}

const NONE = 'none';
const MAX_POLICY_BYTES = 65_536;
/** The most logs, witnesses and groups, each. */
const MAX_DEFINED = 64;

interface Draft {
  readonly logs: NoteKey[];
  readonly witnesses: Map<string, PolicyWitness>;
  readonly groups: Map<string, WitnessGroup>;
  /** Names that a group has as a member. */
  readonly taken: Set<string>;
  quorum: string | undefined;
}

/** Reads a witness policy. Throws `config-invalid` with the line of each fault. */
export function parseWitnessPolicy(source: string | Uint8Array): WitnessPolicy {
  const bytes = Buffer.from(source);
  if (bytes.length > MAX_POLICY_BYTES)
    throw fail('config-invalid', `a witness policy of more than ${MAX_POLICY_BYTES} bytes`);
  // Names are octets: where they are no UTF-8, each is taken as a character.
  const lines = bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1').split('\n');
  const draft: Draft = {
    logs: [],
    witnesses: new Map(),
    groups: new Map(),
    taken: new Set(),
    quorum: undefined,
  };
  const details = lines.flatMap((line, index): readonly Detail[] => {
    const fault = index === lines.length - 1 ? lastFault(line) : readLine(line, draft);
    return fault === undefined ? [] : [{ path: `line ${index + 1}`, message: fault }];
  });
  const { quorum, logs, witnesses, groups } = draft;
  if (details.length === 0 && quorum !== undefined) return { logs, witnesses, groups, quorum };
  const missing = quorum === undefined ? [{ path: `line ${lines.length}`, message: 'no quorum line' }] : [];
  throw fail('config-invalid', 'not a witness policy', [...details, ...missing]);
}

/** True if the policy counts the cosignatures of this key. */
export function isCounted({ witnesses }: Pick<WitnessPolicy, 'witnesses'>, key: NoteKeyName): boolean {
  return [...witnesses.values()].some((witness) => isNamedBy(witness, key));
}

/**
 * Resolves to the cosignatures on a note by witnesses of the policy; those of other keys are ignored. Throws
 * `cosignature-replayed` if one of a witness of the policy does not verify, whether or not the others are a quorum.
 */
export async function cosignaturesOn(
  note: SignedNote,
  { witnesses }: Pick<WitnessPolicy, 'witnesses'>,
): Promise<readonly Cosignature[]> {
  return knownSignatures(note, [...witnesses.values()], async (signed, key) => {
    const cosignature = await verifyCosignature(note.text, signed, key);
    if (cosignature !== undefined) return cosignature;
    throw fail('cosignature-replayed', `the cosignature of \`${key.name}\` is not of this checkpoint`);
  });
}

/** Resolves to the cosignatures of a quorum. Throws `witness-missing` if they are too few, and as `cosignaturesOn` does. */
export async function expectQuorum(note: SignedNote, policy: WitnessPolicy): Promise<readonly Cosignature[]> {
  const cosignatures = await cosignaturesOn(note, policy);
  if (isQuorate(policy, cosignatures)) return cosignatures;
  throw fail('witness-missing', 'too few witnesses of the policy cosigned the checkpoint');
}

/** True if these cosignatures are what the policy requires of a checkpoint. */
export function isQuorate(policy: WitnessPolicy, cosignatures: readonly Pick<Cosignature, 'key'>[]): boolean {
  const keys = new Set(cosignatures.map(({ key }) => key.publicKey).map(textOf));
  const isMet = (name: string): boolean => {
    const key = policy.witnesses.get(name);
    if (key !== undefined) return keys.has(textOf(key.publicKey));
    const group = policy.groups.get(name);
    return group !== undefined && group.members.filter(isMet).length >= group.threshold;
  };
  return policy.quorum === NONE || isMet(policy.quorum);
}

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function lastFault(rest: string): string | undefined {
  return rest === '' ? undefined : 'does not end with a newline: the file may be cut off';
}

/** Takes a line into the draft; returns what is wrong with it, if anything. */
function readLine(line: string, draft: Draft): string | undefined {
  if (hasControl(line, '\t') || line.includes('\u007f')) return 'has a control character';
  const [word = '', ...items] = line.split(/[ \t]+/).filter((item) => item !== '');
  if (word === '' || word.startsWith('#')) return undefined;
  switch (word) {
    case 'log':
      return readLog(items, draft);
    case 'witness':
      return readWitness(items, draft);
    case 'group':
      return readGroup(items, draft);
    case 'quorum':
      return readQuorum(items, draft);
    default:
      return 'begins with none of `log`, `witness`, `group` and `quorum`';
  }
}

function readLog([vkey, ...rest]: readonly string[], { logs }: Draft): string | undefined {
  if (vkey === undefined || rest.length > 1) return 'is not `log <vkey> [<url>]`';
  if (logs.length === MAX_DEFINED) return `is one of more than ${MAX_DEFINED} logs`;
  const key = keyOf(vkey);
  if (typeof key === 'string') return key;
  if (key.type !== SIGNATURE_TYPES.note) return 'has a key that signs no checkpoints';
  if (isListed(key, logs)) return 'names a log with the key of another one';
  logs.push(key);
  return undefined;
}

function readWitness([name, vkey, url, ...rest]: readonly string[], draft: Draft): string | undefined {
  if (name === undefined || vkey === undefined || rest.length > 0)
    return 'is not `witness <name> <vkey> [<url>]`';
  const key = keyOf(vkey);
  if (typeof key === 'string') return key;
  if (!isWitnessKey(key)) return 'has a key that makes no cosignatures';
  if (isListed(key, [...draft.witnesses.values()])) return 'names a witness with the key of another one';
  const fault = nameFault(name, draft);
  if (fault === undefined) draft.witnesses.set(name, url === undefined ? key : { ...key, url });
  return fault;
}

function readGroup([name, count, ...members]: readonly string[], draft: Draft): string | undefined {
  if (name === undefined || count === undefined || members.length === 0)
    return 'is not `group <name> all|any|<k> <name>…`';
  const threshold = thresholdOf(count, members.length);
  if (threshold < 1 || threshold > members.length) return 'requires another number of members than it has';
  for (const member of members) {
    if (!isDefined(member, draft)) return 'has a member that no line before it defines';
    if (draft.taken.has(member)) return 'has a member that is listed already';
    draft.taken.add(member);
  }
  const fault = nameFault(name, draft);
  if (fault === undefined) draft.groups.set(name, { threshold, members });
  return fault;
}

/** Returns how many of `size` members a group requires; 0 for what says no number. */
function thresholdOf(count: string, size: number): number {
  if (count === 'all') return size;
  if (count === 'any') return 1;
  return /^[1-9]\d{0,2}$/.test(count) ? Number(count) : 0;
}

function readQuorum([name, ...rest]: readonly string[], draft: Draft): string | undefined {
  if (name === undefined || rest.length > 0) return 'is not `quorum <name>`';
  if (draft.quorum !== undefined) return 'is a second quorum line';
  if (name !== NONE && !isDefined(name, draft)) return 'names what no line before it defines';
  draft.quorum = name;
  return undefined;
}

function keyOf(vkey: string): NoteKey | string {
  try {
    return parseVkey(vkey);
  } catch (thrown) {
    return `has an invalid key: ${errorFrom(thrown).message}`;
  }
}

function isListed({ publicKey }: NoteKey, keys: readonly NoteKey[]): boolean {
  return keys.some((key) => Buffer.from(key.publicKey).equals(publicKey));
}

function isDefined(name: string, { witnesses, groups }: Draft): boolean {
  return witnesses.has(name) || groups.has(name);
}

function nameFault(name: string, draft: Draft): string | undefined {
  if (name === NONE || isDefined(name, draft)) return 'defines a name that is defined already';
  const isFull = Math.max(draft.witnesses.size, draft.groups.size) >= MAX_DEFINED;
  return isFull ? `is one of more than ${MAX_DEFINED} witnesses or groups` : undefined;
}
