import { decodeBase64 } from '../kernel/base64.js';
import { closed } from '../kernel/closed-schema.js';
import { compileWhenUsed } from '../kernel/compile-when-used.js';
import { fail } from '../kernel/errors.js';
import { type Recovery, verifyRecovery } from '../ledger/command/recovery.js';
import { parseCheckpointText } from '../tlog/checkpoint.js';
import { signedByLog } from '../tlog/log-keys.js';
import { lifeOf } from '../tlog/log-life.js';
import type { Directory } from '../trust/directory.js';
import { type ShownDirectory, showDirectory } from '../trust/directory/shown-directory.js';
import { type Claim, createClaimList } from './claims.js';
import { boundedList, evidenceAjv, evidenceSchemas, requireForm } from './statements.js';
import { signedCheckpointText, type ReadCheckpoint, readLogCheckpoint } from './verify-fork.js';
import { type EvidenceContext, verifyDirectory } from './verify-pack.js';

/** How the next life of the ledger's log began, complete by itself (docs/formats.md#recovery). */
export interface BegunLog {
  readonly kind: 'recovery';
  readonly directory: ShownDirectory;
  /** The last checkpoint of the life before that a witness cosigned, or a mirror followed, and the first one of this life. */
  readonly notes: readonly string[];
  /** The records of the two commands, in base64. */
  readonly proposal: string;
  readonly record: string;
}

const record = { type: 'string', minLength: 4, maxLength: 32_768 };

/** The JSON schema of the beginning of a life. */
export const begunLogSchema = closed({
  kind: { const: 'recovery' },
  directory: evidenceSchemas.shownDirectory,
  notes: boundedList({ type: 'string', maxLength: 4_096 }, 2, 2),
  proposal: record,
  record,
});
const isBegunLog = compileWhenUsed<BegunLog>(evidenceAjv, begunLogSchema);

/** Reads the beginning of a life from parsed JSON. Throws `schema-invalid` with the place of the first fault. */
export function parseBegunLog(value: unknown): BegunLog {
  return requireForm(value, isBegunLog());
}

/**
 * Resolves to the beginning of a life as a file that verifies offline, with the names of the operators. `order` is the records of
 * their commands in base64.
 */
export async function begunLogOf(
  notes: readonly [string, string],
  { proposal, record: executed }: Pick<BegunLog, 'proposal' | 'record'>,
  directory: Directory,
): Promise<BegunLog> {
  const operators = directory.hub.keys.filter(({ use }) => use === 'operator').map(({ kid }) => kid);
  return {
    kind: 'recovery',
    directory: showDirectory(directory.frame, { organisations: new Set(), persons: new Set(operators) }),
    notes: await Promise.all(notes.map((note) => signedByLog(note, directory))),
    proposal,
    record: executed,
  };
}

/** Verifies the beginning of a life: both checkpoints, and the order of two persons between them. */
export async function verifyBegunLog(file: BegunLog, context: EvidenceContext): Promise<readonly Claim[]> {
  const claims = createClaimList();
  const directory = await verifyDirectory(claims, file.directory, context);
  if (directory === undefined) return claims.lines;
  const by = { directory, later: context.directory };
  const read: ReadCheckpoint[] = [];
  for (const [at, note] of file.notes.entries()) {
    const claimed = { claim: 'checkpoint', where: `notes[${at}]`, says: signedCheckpointText } as const;
    const one = await claims.check(claimed, () => readLogCheckpoint(note, by));
    if (one !== undefined) read.push(one);
  }
  await claims.check({ claim: 'order', where: 'record', says: orderText }, async () => {
    const pair = { proposal: bytesOf(file.proposal), record: bytesOf(file.record) };
    const order = await verifyRecovery(pair, { directory, now: context.now });
    requireBetween(order, read, directory);
    return order;
  });
  return claims.lines;
}

const bytesOf = (text: string): Uint8Array => decodeBase64(text) ?? new Uint8Array();

function orderText(order: Recovery | undefined): string {
  if (order === undefined) return 'two operators began the next life of the log';
  const { origin, size } = parseCheckpointText(order.ended.checkpoint);
  const { kept } = order.ended;
  const missing = kept === size - 1 ? `entry ${kept} is` : `entries ${kept} to ${size - 1} are`;
  const persons = order.persons.join(' and ');
  return `${persons} ended ${origin} at ${size} entries; their order says that ${missing} missing, which nothing proves`;
}

/** Requires an order that ends the first checkpoint's life there or later, and begins the life of the second. */
function requireBetween(
  { ended }: Recovery,
  [last, first]: readonly ReadCheckpoint[],
  { federation }: Pick<Directory, 'federation'>,
): void {
  if (last === undefined || first === undefined) throw fail('digest-mismatch', 'a checkpoint does not hold');
  const { origin, size, root } = parseCheckpointText(ended.checkpoint);
  const isSame = size === last.size && Buffer.from(root).equals(last.root);
  const isEnd = origin === last.origin && (size > last.size || isSame);
  if (isEnd && lifeOf(first.origin, federation) === lifeOf(origin, federation) + 1) return;
  throw fail('log-life-differs', 'the order does not lead from the one checkpoint to the other');
}
