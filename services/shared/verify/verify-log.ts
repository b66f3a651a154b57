import { fail } from '../kernel/errors.js';
import { sha256 } from '../trust/digest.js';
import type { Directory } from '../trust/directory.js';
import { leafHash } from '../trust/merkle.js';
import { openCheckpoint, parseCheckpointText } from '../tlog/checkpoint.js';
import { countedLogKeys } from '../tlog/log-keys.js';
import { parseNote } from '../tlog/signed-note.js';
import { parseTlogProof } from '../tlog/tlog-proof.js';
import { isIncluded } from '../tlog/verify-proof.js';
import { expectQuorum, type WitnessPolicy } from '../tlog/witness-policy.js';
import type { ClaimList } from './claims.js';

/** A record of a pack, and the proof that it is on the log. */
interface LoggedRecord {
  readonly statement: string;
  readonly proof: string | null;
  /** The place of the record in the pack. */
  readonly where: string;
}

/** What a proof is verified with. */
interface LogContext {
  readonly directory: Directory;
  readonly claims: ClaimList;
  /** The policy that the verifier pinned; undefined: the log's own signature counts. */
  readonly witnesses: WitnessPolicy | undefined;
  /** True: a record without a proof does not hold. */
  readonly requireLog: boolean;
}

/** Adds whether a record is proved to be on the log, under a checkpoint that enough witnesses cosigned. */
export async function verifyLogged(
  { statement, proof, where: record }: LoggedRecord,
  { claims, requireLog, ...by }: LogContext,
): Promise<void> {
  const [claim, where, none] = ['log', `${record}.proof`, 'the pack has no proof of it'] as const;
  const says = (place: string | undefined): string => `this record is on the log${place ?? ''}`;
  if (proof === null && !requireLog) {
    claims.unproved({ claim, where, says: says(undefined), detail: none });
    return;
  }
  await claims.check({ claim, where, says }, () => {
    if (proof === null) throw fail('digest-mismatch', none);
    return placeOnLog(statement, proof, by);
  });
}

/**
 * Returns where a record is on the log, in words. Throws as `openCheckpoint` and `expectQuorum` do, and `digest-mismatch` if the
 * proof does not lead to its checkpoint.
 */
async function placeOnLog(
  statement: string,
  proof: string,
  { directory, witnesses }: Pick<LogContext, 'directory' | 'witnesses'>,
): Promise<string> {
  const { index, path, note } = parseTlogProof(proof);
  const { origin } = parseCheckpointText(parseNote(note).text);
  const isOwn = origin.startsWith(`${directory.federation}/liaison/`);
  const keys = isOwn ? countedLogKeys(witnesses ?? { logs: [] }, directory, origin) : [];
  const checkpoint = await openCheckpoint(note, { origin, keys });
  if (!isIncluded({ hash: leafHash(sha256(statement)), index }, checkpoint, path))
    throw fail('digest-mismatch', 'the proof does not lead to the root of its checkpoint');
  const place = ` ${origin} at index ${index} of ${checkpoint.size}`;
  if (witnesses === undefined) return place;
  const names = (await expectQuorum(checkpoint.note, witnesses)).map(({ key: { name } }) => name).toSorted();
  return names.length === 0 ? place : `${place}, cosigned by ${[...new Set(names)].join(', ')}`;
}
