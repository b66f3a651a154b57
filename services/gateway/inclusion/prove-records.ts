import { pause } from '../../shared/kernel/pause.js';
import type { LogPlace } from '../../shared/store/gateway/log/log-proofs.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import type { OpenedCheckpoint } from '../../shared/tlog/checkpoint.js';
import { formatTlogProof, MAX_PROOF_LENGTH } from '../../shared/tlog/tlog-proof.js';
import { isIncluded } from '../../shared/tlog/verify-proof.js';
import { cosignaturesOn, isQuorate, type WitnessPolicy } from '../../shared/tlog/witness-policy.js';
import { leafHash } from '../../shared/trust/merkle.js';
import type { Identity } from '../identity.js';
import type { HubQuestions, InclusionAnswer } from '../outbound/hub-questions.js';
import type { QueryWaiting } from '../outbound/query-client.js';
import type { CosignedFile } from '../witness/cosigned-file.js';
import { openCounted } from '../witness/received-checkpoint.js';

/** What the hub proved of the records that it was asked about. */
export interface InclusionResult {
  /** The note of the answer's checkpoint, with its cosignatures. */
  readonly note: string;
  /**
   * The places of the records that are in the tree of the checkpoint, by the digests of their statements; empty unless a quorum
   * of witnesses cosigned it. Leaves out a proof that is too long for a pack, which `verify` would refuse as a whole.
   */
  readonly proved: ReadonlyMap<string, LogPlace>;
}

/** The question where records are in the log, with a pause after each so that a gateway keeps below the hub's rate. */
export interface InclusionQuestion {
  /** Resolves when another question may be asked, or the signal aborts. */
  rested(signal: AbortSignal): Promise<void>;
  /** True while a question must wait. */
  isResting(): boolean;
  /**
   * Asks about at most `MAX_ASKED` records and verifies the answer; stores what is proved under a quorate checkpoint. Throws as
   * `QueryClient.ask`, `openCheckpoint` and `cosignaturesOn` do.
   */
  ask(records: readonly string[], waiting?: QueryWaiting): Promise<InclusionResult>;
}

/** What the question works with. */
export interface InclusionQuestionDeps {
  readonly identity: Identity;
  readonly store: Pick<GatewayStore, 'logProofs' | 'commit'>;
  readonly cosigned: CosignedFile;
  /** Who must have cosigned the log for a proof to count. */
  readonly policy: () => WitnessPolicy;
  readonly questions: Pick<HubQuestions, 'inclusion'>;
  /** Minimum milliseconds between two questions. */
  readonly restMs: number;
}

/** Maximum records in one question. */
export const MAX_ASKED = 64;

/** Creates the question. */
export function createInclusionQuestion(deps: InclusionQuestionDeps): InclusionQuestion {
  const { store, questions, restMs } = deps;
  let asked = Number.NEGATIVE_INFINITY;
  const restLeft = (): number => asked + restMs - performance.now();
  return {
    rested: (signal) => pause(Math.max(0, restLeft()), signal),
    isResting: () => restLeft() > 0,
    ask: async (records, waiting) => {
      asked = performance.now();
      const { note, places } = await questions.inclusion(records, waiting);
      const proved = await provedBy({ note, places: fitting(note, places) }, records, {
        ...deps,
        policy: deps.policy(),
      });
      if (proved.size > 0) await store.commit(() => store.logProofs.prove(proved, note));
      return { note, proved };
    },
  };
}

interface ProvingDeps extends Pick<InclusionQuestionDeps, 'identity' | 'cosigned'> {
  readonly policy: WitnessPolicy;
}

/**
 * Resolves to the places of the records in the tree of an answer's checkpoint; none unless the policy's witnesses cosigned it.
 * Throws as `openCheckpoint` and `cosignaturesOn` do.
 */
export async function provedBy(
  { note, places }: InclusionAnswer,
  records: readonly string[],
  { policy, ...log }: ProvingDeps,
): Promise<ReadonlyMap<string, LogPlace>> {
  const checkpoint = await openCounted({ note }, log, policy);
  const isWitnessed = isQuorate(policy, await cosignaturesOn(checkpoint.note, policy));
  return isWitnessed ? includedIn(checkpoint, records, places) : new Map();
}

function fitting(note: string, places: readonly (LogPlace | undefined)[]): readonly (LogPlace | undefined)[] {
  return places.map((place) =>
    place && formatTlogProof({ ...place, note }).length <= MAX_PROOF_LENGTH ? place : undefined,
  );
}

function includedIn(
  checkpoint: OpenedCheckpoint,
  records: readonly string[],
  places: readonly (LogPlace | undefined)[],
): ReadonlyMap<string, LogPlace> {
  const found = new Map<string, LogPlace>();
  for (const [at, record] of records.entries()) {
    const place = places[at];
    const hash = leafHash(Buffer.from(record, 'base64url'));
    if (place && isIncluded({ hash, index: place.index }, checkpoint, place.path)) found.set(record, place);
  }
  return found;
}
