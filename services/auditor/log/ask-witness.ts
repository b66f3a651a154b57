import { errorFrom, fail, isCode, type LiaisonError } from '../../shared/kernel/errors.js';
import { formatSignatureLine, type NoteSignature } from '../../shared/tlog/signed-note.js';
import { isNamedBy, type NoteKeyName } from '../../shared/tlog/vkey.js';
import type { WitnessAnswer } from '../../shared/tlog/witness-protocol.js';
import type { PolicyWitness } from '../../shared/tlog/witness-policy.js';
import type { CosignQuestion } from '../../shared/wire/cosign-question.js';
import { repeat } from '../repeat.js';
import type { CosignedNotes } from './cosigned-notes.js';
import type { Seal } from './life-sealer.js';
import type { Sealer } from './sealer.js';
import { submitCheckpoint, type SubmittedCheckpoint } from './submit-checkpoint.js';

/** A witness that takes checkpoints over HTTP. */
export type HttpWitness = PolicyWitness & { readonly url: string };

/**
 * A checkpoint that a witness refuses because, as it says, it cosigned another tree: another root for this size (`forked`), or
 * one from which the proof does not lead here (`inconsistent`).
 */
export interface RefusedTree extends SubmittedCheckpoint {
  readonly type: 'forked' | 'inconsistent';
}

interface AskWitnessDeps {
  readonly sealer: Pick<Sealer, 'shown' | 'consistency' | 'cosigned'>;
  /** Called after each try: undefined if the checkpoint was cosigned. */
  readonly onTried: (fault: LiaisonError | undefined) => void;
  /** Called before `onTried`; resolves when the refused checkpoint is kept. */
  readonly onOtherTree: (refused: RefusedTree) => Promise<void>;
}

/** Asks one witness for its cosignatures, one request at a time. */
export interface WitnessAsking {
  /** To be called after each publication. The checkpoint is sent at once or, if the last try failed, after its pause. */
  published(): void;
  stop(): Promise<void>;
}

const IDLE_MS = 60_000;
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 60_000;

/** Asks a witness to cosign the newest published checkpoint; after a failure again, with a growing pause. */
export function askWitness(witness: HttpWitness, deps: AskWitnessDeps): WitnessAsking {
  let done: string | undefined;
  let failures = 0;
  const ask = createAsk(witness, deps);
  const loop = repeat(async (stopping) => {
    const shown = deps.sealer.shown();
    if (shown === undefined || shown.note === done) return IDLE_MS;
    try {
      await ask(shown, stopping);
      [done, failures] = [shown.note, 0];
      deps.onTried(undefined);
      return IDLE_MS;
    } catch (thrown) {
      if (stopping.aborted) return 0;
      failures += 1;
      // The witness has cosigned another tree, which no retry changes: the same checkpoint is not sent again.
      if (isCode(thrown, 'digest-mismatch')) done = shown.note;
      deps.onTried(errorFrom(thrown));
      return Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1));
    }
  });
  return {
    published: () => {
      if (failures === 0) loop.wake();
    },
    stop: loop.stop,
  };
}

/** Creates the function that gets the cosignature of a checkpoint; it remembers from which size the witness takes a proof. */
function createAsk(
  witness: HttpWitness,
  { sealer, onOtherTree }: AskWitnessDeps,
): (shown: Seal, stopping: AbortSignal) => Promise<void> {
  let [origin, from] = ['', 0];
  const send = async ({ size, note }: Seal, stopping: AbortSignal): Promise<WitnessAnswer> => {
    const submitted = { from, proof: await sealer.consistency({ from, to: size }), size, note };
    const answer = await submitCheckpoint(witness.url, submitted, stopping);
    if (answer.type === 'forked' || answer.type === 'inconsistent')
      await onOtherTree({ ...submitted, type: answer.type });
    return answer;
  };
  return async (shown, stopping) => {
    const [name = ''] = shown.note.split('\n', 1);
    if (name !== origin) [origin, from] = [name, 0];
    let answer = await send(shown, stopping);
    if (answer.type === 'other-size' && answer.size <= shown.size) {
      from = answer.size;
      answer = await send(shown, stopping);
    }
    const line = formatSignatureLine(cosignatureIn(answer, { key: witness, size: shown.size }));
    from = shown.size;
    await addTo(sealer.cosigned, { size: from, line });
  };
}

/**
 * Returns the one cosignature by this key over the checkpoint of this size; those of other keys are ignored. Throws what another
 * answer means.
 */
function cosignatureIn(
  answer: WitnessAnswer,
  { key, size }: { readonly key: NoteKeyName; readonly size: number },
): NoteSignature {
  switch (answer.type) {
    case 'cosigned': {
      const [own, ...more] = answer.signatures.filter((signature) => isNamedBy(key, signature));
      if (own === undefined || more.length > 0)
        throw fail('note-malformed', 'the answer of the witness has not exactly one cosignature by its key');
      return own;
    }
    case 'other-size':
      if (answer.size <= size)
        throw fail('not-ready', 'the size that the witness names changed between two requests');
      throw fail(
        'ledger-rolled-back',
        `the witness says that it cosigned ${answer.size} entries, more than the log has`,
      );
    case 'forked':
    case 'inconsistent':
      throw fail('digest-mismatch', 'the witness says that it cosigned another tree');
    case 'log-unknown':
      throw fail('not-found', 'the witness does not know this log');
    case 'key-unknown':
      throw fail('key-unknown', 'the witness does not trust the key of this log');
    case 'not-later':
      throw fail('schema-invalid', 'the witness calls the request malformed');
    case 'unreadable': {
      const isBusy = answer.status >= 500 || answer.status === 429;
      throw fail(
        isBusy ? 'unreachable' : 'note-malformed',
        `the witness answered ${answer.status}, without a cosignature`,
      );
    }
  }
}

async function addTo(cosigned: Pick<CosignedNotes, 'add'>, cosignature: CosignQuestion): Promise<void> {
  await cosigned.add(cosignature).catch((thrown: unknown) => {
    if (!isCode(thrown, 'not-found')) throw thrown;
    throw fail('timed-out', 'the cosignature came after many later checkpoints');
  });
}
