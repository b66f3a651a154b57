import { seconds } from '../../shared/kernel/clock.js';
import { timeOfHeartbeat } from '../../shared/ledger/heartbeat.js';
import type { Alarms } from '../../shared/runtime/alarms.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import type { OpenedCheckpoint } from '../../shared/tlog/checkpoint.js';
import { cosign } from '../../shared/tlog/cosignature.js';
import { logKeysOf } from '../../shared/tlog/log-keys.js';
import { formatSignatureLine, parseSignatureLines } from '../../shared/tlog/signed-note.js';
import { isNamedBy, type NoteSigner } from '../../shared/tlog/vkey.js';
import { isCounted, type WitnessPolicy } from '../../shared/tlog/witness-policy.js';
import { judgeCheckpoint, type WitnessVerdict } from '../../shared/tlog/witness.js';
import { digest } from '../../shared/trust/digest.js';
import { createBell } from '../bell.js';
import type { Identity } from '../identity.js';
import type { LoopStep } from '../loop.js';
import type { HubQuestions } from '../outbound/hub-questions.js';
import { followCondition } from './follow-condition.js';
import type { CosignedCheckpoint, CosignedFile } from './cosigned-file.js';
import { openReceived, type ReceivedCheckpoint } from './received-checkpoint.js';
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
export interface WitnessDeps {
  readonly identity: Identity;
  /** Undefined in a home without a witness key. */
  readonly witnessKey: WitnessKey | undefined;
  /** Who must cosign the log now. */
  readonly policy: () => WitnessPolicy;
  readonly cosigned: CosignedFile;
  readonly store: Pick<GatewayStore, 'commit' | 'evidence'>;
  readonly alarms: Alarms;
  readonly questions: Pick<HubQuestions, 'cosign' | 'consistency'>;
}

interface CosigningDeps extends WitnessDeps {
  /** Raises the alarm for a note that forks the log, once for each note; no later checkpoint ends it. */
  readonly onForked: (note: string) => void;
}

interface Shown {
  readonly received: ReceivedCheckpoint;
  readonly head: OpenedCheckpoint;
  readonly signer: NoteSigner;
}

/** Creates the witness. Its step runs beside the receiver, because it waits for answers that the receiver takes. */
export function createWitness(deps: WitnessDeps): Witness {
  const bell = createBell();
  const cosigning = { ...deps, onForked: createForkAlarm(deps.alarms) };
  const onKeyless = followCondition('witness-without-key', deps.alarms);
  let newest: ReceivedCheckpoint | undefined;
  return {
    show: (checkpoint) => {
      newest = checkpoint;
      bell.ring();
    },
    step: async (signal) => {
      await bell.wait(signal);
      const received = newest;
      newest = undefined;
      if (received === undefined || signal.aborted) return;
      const signer = witnessSignerOf(deps.identity, deps.witnessKey);
      onKeyless(signer === undefined);
      if (signer !== undefined) await witness(cosigning, received, signer);
    },
  };
}

async function witness(deps: CosigningDeps, received: ReceivedCheckpoint, signer: NoteSigner): Promise<void> {
  const last = deps.cosigned.read();
  // A revoked key may be in the hands of others than the log; what it signed before was cosigned then.
  const head = await openReceived(received, deps, (directory, origin) =>
    logKeysOf(directory, origin, deps.identity.clock()),
  );
  const shown = { received, head, signer };
  let verdict = judge(deps, shown, received.proof);
  if (verdict === 'inconsistent' && last !== undefined) {
    // The proof that came with it begins at the checkpoint that was published before, which this witness may have missed.
    const proof = await deps.questions.consistency({ from: last.size, to: head.size });
    // Undefined while the router sees an older log than this checkpoint: the next checkpoint leads to another question.
    if (proof === undefined) return;
    verdict = judge(deps, shown, proof);
  }
  switch (verdict) {
    case 'cosign':
      return answer(deps, shown);
    case 'forked':
    case 'inconsistent':
      return convict(deps, shown);
    case 'rises-not':
    case 'ask-again':
      if (isRolledBack(last, received)) await convict(deps, shown);
  }
}

/**
 * Compares a checkpoint with the one that was cosigned last and, without a pause, stores the cosignature to be sent: whatever
 * was sent is stored, also after a crash. The same checkpoint keeps its first cosignature by a key.
 */
function judge(
  { identity, cosigned }: CosigningDeps,
  { received: { note, heartbeat }, head, signer }: Shown,
  proof: readonly Uint8Array[],
): WitnessVerdict {
  const last = cosigned.read();
  const from = last?.size ?? 0;
  const isSame = last?.size === head.size;
  const verdict = judgeCheckpoint(last, { from, proof: from === 0 || isSame ? [] : proof, head });
  if (verdict !== 'cosign' || (isSame && isLineOf(signer, last.line))) return verdict;
  const line = formatSignatureLine(cosign(head.note.text, seconds(identity.clock()), signer));
  cosigned.write({ note, heartbeat, line });
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

/** Keeps both notes as evidence against the log, and raises the alarm. */
async function convict(
  { identity, cosigned, store, onForked }: CosigningDeps,
  { received }: Shown,
): Promise<void> {
  const last = cosigned.read();
  const sides = [last, received].map((one) => ({ note: one?.note, heartbeat: one?.heartbeat }));
  const bytes = Buffer.from(JSON.stringify({ cosigned: sides[0], shown: sides[1] }));
  const named = digest(`${last?.note}${received.note}`);
  const at = identity.clock().getTime();
  await store.commit(() =>
    store.evidence.keep({ what: 'fork', org: 'hub', frame: '', digest: named, bytes, at }),
  );
  onForked(received.note);
}

function createForkAlarm(alarms: Alarms): CosigningDeps['onForked'] {
  let reported: string | undefined;
  return (note) => {
    if (note !== reported) alarms.raise('log-forked', {});
    reported = note;
  };
}
