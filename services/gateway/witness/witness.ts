import { seconds } from '../../shared/kernel/clock.js';
import { timeOfHeartbeat } from '../../shared/ledger/heartbeat.js';
import type { Alarms } from '../../shared/runtime/alarms.js';
import type { OpenedCheckpoint } from '../../shared/tlog/checkpoint.js';
import { cosign } from '../../shared/tlog/cosignature.js';
import { logKeysOf, signedByLog } from '../../shared/tlog/log-keys.js';
import { formatSignatureLine, parseSignatureLines } from '../../shared/tlog/signed-note.js';
import { isNamedBy, type NoteSigner } from '../../shared/tlog/vkey.js';
import { isCounted, type WitnessPolicy } from '../../shared/tlog/witness-policy.js';
import type { TreeHead } from '../../shared/tlog/verify-proof.js';
import { judgeCheckpoint, type WitnessVerdict } from '../../shared/tlog/witness.js';
import { createBell } from '../bell.js';
import type { Identity } from '../identity.js';
import type { LoopStep } from '../loop.js';
import type { HubQuestions } from '../outbound/hub-questions.js';
import { followCondition } from './follow-condition.js';
import type { CosignedCheckpoint } from './cosigned-file.js';
import { keepBegun, keepCheckpoints } from './keep-checkpoints.js';
import { judgeOtherLife, type OtherLife } from './next-life.js';
import { createProofWatch, type ProofWatch, type ProofWatchDeps } from './proof-watch.js';
import { type KeysOf, openReceived, type ReceivedCheckpoint } from './received-checkpoint.js';
import { type WitnessKey, witnessSignerOf } from './witness-key.js';

/**
 * The witness in a gateway (C2SP tlog-witness): cosigns the checkpoints of the ledger's log that follow from the one that it
 * cosigned last, so that the hub cannot show two members different histories unnoticed.
 */
export interface Witness {
  /** Takes a checkpoint; one that the step did not look at yet is replaced by the newer one. */
  show(checkpoint: ReceivedCheckpoint): void;
  readonly step: LoopStep;
}

/** What the witness works with. */
export interface WitnessDeps extends ProofWatchDeps {
  readonly identity: Identity;
  /** Undefined in a home without a witness key. */
  readonly witnessKey: WitnessKey | undefined;
  /** Who must cosign the log now. */
  readonly policy: () => WitnessPolicy;
  readonly questions: Pick<HubQuestions, 'cosign' | 'consistency'>;
}

interface CosigningDeps extends WitnessDeps {
  /** Raises the alarm for a note that forks the log, once for each note; no later checkpoint ends it. */
  readonly onForked: (note: string) => void;
  readonly proofs: ProofWatch;
}

interface Shown {
  readonly received: ReceivedCheckpoint;
  readonly head: OpenedCheckpoint;
  readonly signer: NoteSigner;
  /** Set for a checkpoint of the next life of the log. */
  readonly next: NextLife | undefined;
}

type NextLife = Extract<OtherLife, { readonly type: 'next' }>;

const CHECK_MS = 1_000;

/** Creates the witness. Its step runs beside the receiver, because it waits for answers that the receiver takes. */
export function createWitness(deps: WitnessDeps): Witness {
  const bell = createBell();
  const proofs = createProofWatch(deps);
  const cosigning = { ...deps, proofs, onForked: createForkAlarm(deps.alarms) };
  const onKeyless = followCondition('witness-without-key', deps.alarms);
  let newest: ReceivedCheckpoint | undefined;
  return {
    show: (checkpoint) => {
      newest = checkpoint;
      bell.ring();
    },
    step: async (signal) => {
      await bell.wait(signal, CHECK_MS);
      const received = newest;
      newest = undefined;
      try {
        if (received === undefined || signal.aborted) return;
        const signer = witnessSignerOf(deps.identity, deps.witnessKey);
        onKeyless(signer === undefined);
        if (signer !== undefined) await witness(cosigning, received, signer);
      } finally {
        await proofs.report();
      }
    },
  };
}

async function witness(deps: CosigningDeps, shown: ReceivedCheckpoint, signer: NoteSigner): Promise<void> {
  // A line that was added on the way must not spoil the evidence.
  const note = await signedByLog(shown.note, deps.identity.directory.current());
  const received = { ...shown, note };
  const last = deps.cosigned.read();
  const other = await judgeOtherLife(deps.identity, last, received);
  if (other?.type === 'refused') return refuseLife(deps, last, received);
  // A revoked key may be in the hands of others than the log; what it signed before was cosigned then.
  const keysNow: KeysOf = (directory, origin) => logKeysOf(directory, origin, deps.identity.clock());
  const head = other?.head ?? (await openReceived(received, deps, keysNow));
  const judged = { received, head, signer, next: other };
  const verdict = await judgeProved(deps, judged, other?.before ?? last);
  switch (verdict) {
    case 'cosign':
      await acknowledge(deps, head);
      await reportBegun(deps);
      return answer(deps, judged);
    case 'forked':
      return convict(deps, 'fork', received);
    case 'inconsistent':
      // No conviction: the hub may still give the proof.
      return showCosigned(deps);
    case 'rises-not':
    case 'ask-again':
      if (isRolledBack(last, received)) await convict(deps, 'rollback', received);
      return;
    case undefined:
  }
}

/** Judges by the proof that came with the checkpoint, else by one that the hub is asked for; undefined while it has none. */
async function judgeProved(
  deps: CosigningDeps,
  judged: Shown,
  before: TreeHead | undefined,
): Promise<WitnessVerdict | undefined> {
  const { received, head } = judged;
  const verdict = judge(deps, judged, received.proof);
  if (verdict !== 'inconsistent' || before === undefined) return verdict;
  deps.proofs.lacking(received, head);
  // The proof that came with it begins at the checkpoint that was published before, which this witness may have missed.
  const proof = await deps.questions.consistency({ from: before.size, to: head.size });
  // Undefined while the router sees an older log than this checkpoint: the next checkpoint leads to another question.
  return proof === undefined ? undefined : judge(deps, judged, proof);
}

/** Ends the wait for a proof. The checkpoint that waited convicts the log if the proved one of its size has another root. */
async function acknowledge(deps: CosigningDeps, head: OpenedCheckpoint): Promise<void> {
  const other = deps.proofs.proved(head);
  if (other !== undefined) await convict(deps, 'fork', other);
}

/**
 * Compares a checkpoint with the one that was cosigned last and, without a pause, stores the cosignature to be sent: whatever
 * was sent is stored, also after a crash. The same checkpoint keeps its first cosignature by a key.
 */
function judge(
  { identity, cosigned }: CosigningDeps,
  { received: { note, heartbeat }, head, signer, next }: Shown,
  proof: readonly Uint8Array[],
): WitnessVerdict {
  const last = cosigned.read();
  const before = next?.before ?? last;
  const from = before?.size ?? 0;
  const isSame = before?.size === head.size;
  const verdict = judgeCheckpoint(before, { from, proof: from === 0 || isSame ? [] : proof, head });
  if (verdict !== 'cosign') return verdict;
  if (next === undefined && isSame && last !== undefined && isLineOf(signer, last.line)) return verdict;
  const line = formatSignatureLine(cosign(head.note.text, seconds(identity.clock()), signer));
  cosigned.write({ note, heartbeat, line, begun: next?.begun ?? last?.begun });
  return verdict;
}

const isLineOf = (signer: NoteSigner, line: string): boolean =>
  parseSignatureLines(line).some((signature) => isNamedBy(signer, signature));

/** Sends the stored cosignature, unless the checkpoint shows it already. */
async function answer(
  { policy, cosigned, questions }: CosigningDeps,
  { received, signer }: Shown,
): Promise<void> {
  const last = cosigned.read();
  if (last === undefined || received.cosignatures.includes(last.line)) return;
  await cosigned.synced();
  if (isCounted(policy(), signer)) await questions.cosign({ size: last.size, line: last.line });
}

/** True if the heartbeat is newer than that of the cosigned checkpoint: a smaller one beside it is no late message. */
function isRolledBack(last: CosignedCheckpoint | undefined, { heartbeat }: ReceivedCheckpoint): boolean {
  return last !== undefined && timeOfHeartbeat(heartbeat) > timeOfHeartbeat(last.heartbeat);
}

/** Refuses a checkpoint of an earlier life, or of a later one that no order begins: it is another history of the log. */
async function refuseLife(
  deps: CosigningDeps,
  last: CosignedCheckpoint | undefined,
  received: ReceivedCheckpoint,
): Promise<void> {
  if (isRolledBack(last, received)) await convict(deps, 'rollback', received);
}

/** Keeps the evidence of how this life of the log began, and raises the alarm about it, both once. */
async function reportBegun(deps: CosigningDeps): Promise<void> {
  const begun = deps.cosigned.read()?.begun;
  if (begun !== undefined && (await keepBegun(deps, begun))) deps.alarms.raise('log-begun-anew', {});
}

/** Keeps both notes as evidence against the log, raises the alarm, and shows the hub what was cosigned. */
async function convict(
  deps: CosigningDeps,
  what: 'fork' | 'rollback',
  received: ReceivedCheckpoint,
): Promise<void> {
  await keepCheckpoints(deps, what, received);
  deps.onForked(received.note);
  await showCosigned(deps);
}

/** Shows the hub what was cosigned last: an auditor whose disk is an older copy then signs nothing more. */
async function showCosigned({ cosigned, questions }: CosigningDeps): Promise<void> {
  const last = cosigned.read();
  if (last === undefined) return;
  await cosigned.synced();
  await questions.cosign({ size: last.size, line: last.line, note: last.note });
}

function createForkAlarm(alarms: Alarms): CosigningDeps['onForked'] {
  let reported: string | undefined;
  return (note) => {
    if (note !== reported) alarms.raise('log-forked', {});
    reported = note;
  };
}
