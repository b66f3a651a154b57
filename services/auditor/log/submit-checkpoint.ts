import { isUtf8 } from 'node:buffer';
import { fail, LiaisonError } from '../../shared/kernel/errors.js';
import { withDeadline } from '../../shared/kernel/with-deadline.js';
import {
  formatAddCheckpoint,
  readWitnessAnswer,
  type WitnessAnswer,
} from '../../shared/tlog/witness-protocol.js';

/** A checkpoint to be cosigned, and the proof that it follows from size `from`. */
export interface SubmittedCheckpoint {
  readonly from: number;
  readonly proof: readonly Uint8Array[];
  readonly size: number;
  readonly note: string;
}

const ANSWER_TIMEOUT_MS = 10_000;
/** More than twice the length of two cosignatures of the longest type, ML-DSA-44 (C2SP tlog-cosignature). */
const MAX_ANSWER_BYTES = 16_384;

/**
 * Sends a checkpoint to a witness (C2SP tlog-witness) and reads its answer; one that is too long or no UTF-8 is unreadable, and a
 * redirect is not followed. `url` is the submission prefix. Throws `unreachable` and `timed-out`.
 */
export async function submitCheckpoint(
  url: string,
  { from, proof, size, note }: SubmittedCheckpoint,
  stopping: AbortSignal,
): Promise<WitnessAnswer> {
  const body = formatAddCheckpoint(from, proof, note);
  const { status, contentType, text } = await withDeadline(
    { signal: stopping, ms: ANSWER_TIMEOUT_MS },
    (signal) => post(`${url.replace(/\/$/, '')}/add-checkpoint`, body, signal),
  );
  if (text === undefined) return { type: 'unreadable', status };
  return readWitnessAnswer({ from, size }, { status, contentType, body: text });
}

interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  /** Undefined if the body is too long or not UTF-8. */
  readonly text: string | undefined;
}

async function post(url: string, body: string, signal: AbortSignal): Promise<HttpAnswer> {
  try {
    const response = await fetch(url, { method: 'POST', body, redirect: 'manual', signal });
    const { status, headers } = response;
    return { status, contentType: headers.get('content-type') ?? '', text: await boundedText(response) };
  } catch (cause) {
    if (signal.aborted) throw fail('timed-out', 'the witness did not answer in time');
    throw new LiaisonError('unreachable', 'the witness cannot be reached', { cause });
  }
}

/** Reads the body up to its bound; leaving the loop ends the transfer. */
async function boundedText({ body }: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) return undefined;
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}
