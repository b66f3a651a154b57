import { fail } from '../kernel/errors.js';
import { type Checkpoint, openCheckpoint, parseCheckpointText } from '../tlog/checkpoint.js';
import { namedLogKeys } from '../tlog/log-keys.js';
import { parseNote } from '../tlog/signed-note.js';
import { isNamedBy } from '../tlog/vkey.js';
import type { Directory } from '../trust/directory.js';
import { type Claim, type ClaimList, createClaimList } from './claims.js';
import type { Fork } from './fork.js';
import { type EvidenceContext, verifyDirectory } from './verify-pack.js';

/** A checkpoint of the log that was verified, and the keys that signed it, in words. */
export interface ReadCheckpoint extends Checkpoint {
  readonly signedBy: string;
}

/** Verifies a conviction about the log. What does not hold is a line, never an error; the last line is the verdict. */
export async function verifyFork(fork: Fork, context: EvidenceContext): Promise<readonly Claim[]> {
  const claims = createClaimList();
  const directory = await verifyDirectory(claims, fork.directory, context);
  if (directory !== undefined) await claimFork(claims, fork, { directory, later: context.directory });
  return claims.lines;
}

/** What the checkpoints of the log are verified with. */
interface ForkContext {
  readonly directory: Directory;
  readonly later?: Directory | undefined;
}

/**
 * Adds whether the log signed both checkpoints, and whether they convict the holder of its keys: two roots for one size do. A
 * revoked key counts, because a note has no time; its line says so.
 */
export async function claimFork(
  claims: ClaimList,
  { what, accused, notes }: Pick<Fork, 'what' | 'accused' | 'notes'>,
  by: ForkContext,
): Promise<void> {
  const read: ReadCheckpoint[] = [];
  for (const [at, note] of notes.entries()) {
    const claimed = { claim: 'checkpoint', where: `notes[${at}]`, says: signedCheckpointText } as const;
    const one = await claims.check(claimed, () => readLogCheckpoint(note, by));
    if (one !== undefined) read.push(one);
  }
  const says = (verdict: string | undefined): string =>
    verdict === undefined
      ? `these checkpoints convict ${accused} (${what})`
      : `${accused} is convicted (${what}): ${verdict}`;
  await claims.check({ claim: 'conviction', where: 'accused', says }, () => {
    const verdict = what === 'log-forked' ? verdictOn(read) : undefined;
    if (verdict !== undefined) return verdict;
    throw fail('digest-mismatch', 'the signatures by themselves do not convict: no verdict');
  });
}

/** Says which checkpoint the log signed. */
export function signedCheckpointText(read: ReadCheckpoint | undefined): string {
  if (read === undefined) return 'the hub signed this checkpoint of its log';
  const { origin, size, signedBy } = read;
  return `${signedBy} signed this root of ${origin} at ${size} entries`;
}

/** Opens a note with the log keys of the file's directory and of the later one. Throws as `openCheckpoint` does. */
export async function readLogCheckpoint(
  note: string,
  { directory, later }: ForkContext,
): Promise<ReadCheckpoint> {
  const { text, signatures } = parseNote(note);
  const { origin } = parseCheckpointText(text);
  if (!origin.startsWith(`${directory.federation}/liaison/`))
    throw fail('issuer-mismatch', `a checkpoint of another log than that of ${directory.federation}`);
  const listed = [directory, ...(later === undefined ? [] : [later])].flatMap((one) =>
    namedLogKeys(one, origin),
  );
  const named = listed.filter(({ key }) => signatures.some((signature) => isNamedBy(key, signature)));
  const checkpoint = await openCheckpoint(note, { origin, keys: named.map(({ key }) => key) });
  const kids = [...new Set(named.map(({ kid }) => kid))];
  const words = kids.map((kid) => {
    const revokedAt = directory.key(kid)?.revokedAt;
    return revokedAt === undefined ? kid : `${kid} (revoked at ${revokedAt.toISOString()})`;
  });
  return { ...checkpoint, signedBy: words.join(' and ') };
}

/** Says why two checkpoints convict; undefined where they do not. */
function verdictOn([one, other]: readonly ReadCheckpoint[]): string | undefined {
  if (one === undefined || other === undefined) return undefined;
  const isSame = one.origin === other.origin && one.size === other.size;
  if (!isSame || Buffer.from(one.root).equals(other.root)) return undefined;
  const signers = [...new Set([one.signedBy, other.signedBy])].join(' and ');
  return `${signers} signed two roots of ${one.origin} at ${one.size} entries`;
}
