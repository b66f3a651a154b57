import { type Code, fail, type LiaisonError, parseCode } from '../../shared/kernel/errors.js';
import { pause } from '../../shared/kernel/pause.js';
import type { Home } from '../../shared/runtime/home.js';
import { judgeKeyRequest } from '../../shared/trust/directory/judge-key-request.js';
import { askedKid } from '../../shared/trust/directory/key-request-claims.js';
import { type KeyRequest, openKeyRequest } from '../../shared/trust/directory/key-request.js';
import type { Directory } from '../../shared/trust/directory.js';
import { requireGateways } from '../home/run-file.js';
import { gatewayClient } from '../http-client.js';
import { newestDirectory } from '../init/home-directory.js';
import type { Output } from '../terminal/output.js';
import { keyRequestWords } from './explain-request.js';

interface SendParams {
  readonly directory: Directory;
  readonly output: Output;
  readonly stopping: AbortSignal;
}

const [POLL_MS, RECORDED_MS, LISTED_MS] = [500, 60_000, 120_000];

/** A request that the hub recorded, and whether it grants it by itself. */
interface SentRequest {
  readonly request: KeyRequest;
  readonly isAutomatic: boolean;
}

/**
 * Sends a request through the gateway of this home, and waits until the hub recorded it. Throws what the directory does not allow, the
 * code with which the hub refused it, `not-ready` while the gateway cannot send, and `timed-out`.
 */
export async function sendRequest(
  home: Home,
  text: string,
  { directory, output, stopping }: SendParams,
): Promise<SentRequest> {
  const now = new Date();
  const request = await openKeyRequest(text, { directory, now });
  const { granting } = judgeKeyRequest(request, directory, now);
  const gateway = gatewayClient(home, requireGateways(home), request.iss);
  await gateway.post('/v1/key-requests', JSON.parse(text));
  output.note('sent to the hub');
  const path = `/v1/key-requests/${request.digest}`;
  const state = await until({ ms: RECORDED_MS }, stopping, async () => {
    const answer = Object(await gateway.get(path)) as { readonly state?: string; readonly code?: string };
    return answer.state === 'queued' ? undefined : answer;
  });
  if (state.state !== 'recorded') throw refusal(parseCode(state.code), request);
  return { request, isAutomatic: granting === 'automatic' };
}

/** Returns the error for a request that the hub refused with a code. */
function refusal(code: Code, request: KeyRequest): LiaisonError {
  if (code !== 'request-open') return fail(code, 'the hub refused the request');
  const kid = askedKid(request);
  return fail(
    code,
    `another request about \`${kid}\` waits at the hub, where a person can remove it: \`liaison org keys refuse ${kid}\``,
  );
}

/** Waits until a version of the directory that reached this home meets a condition, and returns it. Throws `timed-out`. */
export function untilListed(
  home: Home,
  stopping: AbortSignal,
  isMet: (directory: Directory) => boolean,
): Promise<Directory> {
  return until({ ms: LISTED_MS }, stopping, async () => {
    const directory = await newestDirectory(home);
    return isMet(directory) ? directory : undefined;
  });
}

/** Shows a request that a person at the hub must grant, with the words to read. */
export function showWaiting(output: Output, request: KeyRequest): void {
  const words = keyRequestWords(request);
  output.show(
    { digest: request.digest, words, granting: 'person' },
    () => `the request waits for a person at the hub: read these words: ${output.paint.bold(words)}`,
  );
}

const STILL_COUNTS = 'the request still counts, and `key list` shows when it is granted';

interface Patience {
  readonly ms: number;
  readonly everyMs?: number;
  /** What an error says about the request, which was sent. */
  readonly stillCounts?: string;
}

/** Repeats `find` until it finds something. Throws `timed-out`, and `busy` when stopped. */
export async function until<T>(
  { ms, everyMs = POLL_MS, stillCounts = STILL_COUNTS }: Patience,
  stopping: AbortSignal,
  find: () => Promise<T | undefined>,
): Promise<T> {
  for (const end = Date.now() + ms; Date.now() < end; await pause(everyMs, stopping)) {
    const found = await find();
    if (found !== undefined) return found;
    if (stopping.aborted) throw fail('busy', `stopped: ${stillCounts}`);
  }
  throw fail('timed-out', `not granted yet: ${stillCounts}`);
}
