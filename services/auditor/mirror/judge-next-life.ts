import { fail, type LiaisonError } from '../../shared/kernel/errors.js';
import { type Recovery, verifyRecovery } from '../../shared/ledger/command/recovery.js';
import type { KeptEntry } from '../../shared/store/append/archived-entry.js';
import { type OpenedCheckpoint, openCheckpoint, parseCheckpointText } from '../../shared/tlog/checkpoint.js';
import { firstHead, lifeOf } from '../../shared/tlog/log-life.js';
import { witnessPolicyIn } from '../../shared/tlog/member-witnesses.js';
import { parseNote } from '../../shared/tlog/signed-note.js';
import { nodesInTiles } from '../../shared/tlog/tile-nodes.js';
import { rootAt } from '../../shared/tlog/tree-proof.js';
import type { TreeHead } from '../../shared/tlog/verify-proof.js';
import { cosignaturesOn, isQuorate } from '../../shared/tlog/witness-policy.js';
import { rolledBack } from '../log/open-log.js';
import { logKeysNow, type MirroredLogDeps } from './mirrored-log.js';
import type { MirroredLife, NextLife } from './mirrored-lives.js';
import type { Primary } from './primary.js';
import { provedRoot } from './proved-root.js';

interface JudgeDeps extends Pick<MirroredLogDeps, 'directory' | 'clock' | 'witnessPolicy'> {
  readonly primary: Pick<Primary, 'signedRoot' | 'checkpoint' | 'life' | 'records' | 'tile'>;
  /** Throws unless the hub signed the record. */
  readonly verify: (record: KeptEntry) => Promise<void>;
}

/**
 * Judges the checkpoint that the auditor shows; undefined for one of the present life. A mirror begins a later life only with the
 * order of two operators that ends the life before it, at the checkpoint that the mirror followed last or at a larger one, if
 * the record of the order is the first entry and a quorum cosigned the checkpoint. Throws `log-life-differs` for a missing order
 * and for one that does not fit, `ledger-rolled-back` for an earlier life, `witness-missing`, and as `verifyRecovery`,
 * `openCheckpoint` and `primary` do.
 */
export async function judgeNextLife(present: MirroredLife, deps: JudgeDeps): Promise<NextLife | undefined> {
  const { primary, directory, clock } = deps;
  const root = await primary.signedRoot();
  const newest = await primary.checkpoint();
  const origin = originIn(newest);
  const life = lifeOf(origin, directory().federation);
  if (life === present.life) return undefined;
  requireLater(life, present);
  const { first, proposal } = await readOrderOf(life, deps);
  const pair = { record: first.bytes, proposal: proposal.bytes };
  const order = await verifyRecovery(pair, { directory: directory(), now: clock() });
  await deps.verify(first);
  await requireEnd(order, { life, present, federation: directory().federation });
  const rooted = root !== undefined && originIn(root.note) === origin ? [root.note] : [];
  const { note, checkpoint } = await firstQuorate([newest, ...rooted], origin, deps);
  await requireFirstEntry(order, checkpoint, primary);
  return { life, note, first, proposal, order };
}

const originIn = (note: string): string => parseCheckpointText(parseNote(note).text).origin;

interface QuorateNote {
  readonly note: string;
  readonly checkpoint: OpenedCheckpoint;
}

/**
 * Returns the first of these notes, checkpoints of one log, that a quorum of witnesses cosigned: a busy auditor shows a newer one
 * than they have seen. Throws `witness-missing`, and as `openCheckpoint` and `cosignaturesOn` do.
 */
async function firstQuorate(
  notes: readonly string[],
  origin: string,
  deps: Pick<JudgeDeps, 'directory' | 'clock' | 'witnessPolicy'>,
): Promise<QuorateNote> {
  const policy = witnessPolicyIn(deps)();
  const keys = logKeysNow(policy, deps, origin);
  for (const note of notes) {
    const checkpoint = await openCheckpoint(note, { origin, keys });
    if (isQuorate(policy, await cosignaturesOn(checkpoint.note, policy))) return { note, checkpoint };
  }
  throw fail('witness-missing', `no quorum has cosigned a checkpoint of \`${origin}\``);
}

function requireLater(life: number, present: Pick<MirroredLife, 'life'>): void {
  if (life === 0) throw fail('issuer-mismatch', 'the auditor shows the log of another federation');
  if (life < present.life)
    throw rolledBack(`the auditor shows life ${life} of the log, before it was life ${present.life}`);
}

/** Reads the records of the order that began a life; only their form is checked. */
async function readOrderOf(
  life: number,
  { primary }: Pick<JudgeDeps, 'primary'>,
): Promise<Pick<NextLife, 'first' | 'proposal'>> {
  const shown = await primary.life();
  if (shown?.life !== life || shown.begunBy === undefined)
    throw differs(`the auditor shows life ${life} of the log without the order of two operators`);
  const { record, proposal } = shown.begunBy;
  const [first, second] = [await primary.records(record, 1), await primary.records(proposal, 1)].flat();
  if (first === undefined || second === undefined || first.ruledOut !== undefined)
    throw differs(`the auditor does not have the order that began life ${life} of the log`);
  return { first, proposal: second };
}

interface EndParams {
  readonly life: number;
  readonly present: MirroredLife;
  readonly federation: string;
}

/** Requires an order that ends the life before, and not before what the mirror has of it. */
async function requireEnd({ ended }: Recovery, { life, present, federation }: EndParams): Promise<void> {
  const { origin, size, root } = parseCheckpointText(ended.checkpoint);
  if (lifeOf(origin, federation) !== life - 1)
    throw differs(`the order ends \`${origin}\`, which is not the life before ${life}`);
  if (life - 1 !== present.life) return;
  const { tree } = present.mirrored;
  if (size < tree.size())
    throw differs(`the order ends the log at ${size} entries, and this mirror has ${tree.size()} of it`);
  if (size === tree.size() && !Buffer.from(await rootAt(size, tree.node)).equals(root))
    throw differs(`the order ends the log at another root of ${size} entries than this mirror has`);
}

async function requireFirstEntry(
  { record }: Recovery,
  checkpoint: TreeHead,
  { tile }: Pick<Primary, 'tile'>,
): Promise<void> {
  const { size, root } = firstHead(record);
  const isAfter = checkpoint.size >= size;
  const shown = isAfter && (await provedRoot(size, checkpoint, nodesInTiles(checkpoint.size, tile)));
  if (shown && Buffer.from(shown).equals(root)) return;
  throw differs('the first entry of the log is not the order that began it');
}

const differs = (message: string): LiaisonError => fail('log-life-differs', message);
