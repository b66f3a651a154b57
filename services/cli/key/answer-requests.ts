import { errorFrom } from '../../shared/kernel/errors.js';
import { pause } from '../../shared/kernel/pause.js';
import type { Home } from '../../shared/runtime/home.js';
import { judgeKeyRequest } from '../../shared/trust/directory/judge-key-request.js';
import { type KeyRequest, openKeyRequest } from '../../shared/trust/directory/key-request.js';
import type { PendingRequests } from '../../shared/trust/directory/pending-requests.js';
import { newestDirectory } from '../init/home-directory.js';
import { signsDirectory } from '../init/sign-version.js';
import { lockDirectory } from '../up/lock.js';
import { askedKid } from './explain-request.js';
import { grantRequest } from './grant-request.js';
import { pendingRequestsOf } from './local-keys.js';

interface AnswerParams {
  readonly say: (words: string) => void;
  readonly stopping: AbortSignal;
}

const REST_MS = 1_000;
/** How long a request that waits for a person, or for earlier witness keys to be proved, is left alone. */
const LEFT_MS = 60_000;

/**
 * Answers the key requests that the routers of this home keep, until `stopping` aborts: grants those that need no person, removes
 * those that are no longer allowed, and leaves the others for `org keys`. Does nothing in a home that cannot sign the directory.
 */
export async function answerKeyRequests(home: Home, { say, stopping }: AnswerParams): Promise<void> {
  if (!signsDirectory(home)) return;
  const answer = createAnswering(home, say);
  while (!stopping.aborted) {
    try {
      await answer();
      await pause(REST_MS, stopping);
    } catch (thrown) {
      say(`key requests cannot be answered: ${errorFrom(thrown).message}`);
      await pause(LEFT_MS, stopping);
    }
  }
}

/** Creates one round over the requests that wait. */
function createAnswering(home: Home, say: AnswerParams['say']): () => Promise<void> {
  const pending = pendingRequestsOf(home);
  const left = new Map<string, number>();
  return async () => {
    const texts = pending.list();
    for (const text of left.keys()) if (!texts.includes(text)) left.delete(text);
    for (const text of texts.filter((one) => (left.get(one) ?? 0) <= Date.now()))
      if (await answerOne(home, text, { pending, say })) left.set(text, Date.now() + LEFT_MS);
  };
}

interface AnswerOneParams extends Pick<AnswerParams, 'say'> {
  readonly pending: PendingRequests;
}

/** Grants or removes a request; resolves to true for one that is left. */
async function answerOne(home: Home, text: string, { pending, say }: AnswerOneParams): Promise<boolean> {
  try {
    const granted = await grantAutomatic(home, text, say);
    if (granted === undefined) return true;
    say(
      `${granted.wish.type === 'next' ? 'listed' : 'revoked'} ${askedKid(granted)}, as \`${granted.iss}\` asked`,
    );
  } catch (thrown) {
    const { family, code, message } = errorFrom(thrown);
    // What only the root may sign, or has no more room beside its version, waits for the holder of the root key.
    if (family === 'operational' || code === 'forbidden') return true;
    say(`a key request is refused (${code}): ${message}`);
  }
  pending.remove(text);
  return false;
}

/** Grants a request that needs no person; resolves to undefined for another one. */
async function grantAutomatic(
  home: Home,
  text: string,
  say: AnswerParams['say'],
): Promise<KeyRequest | undefined> {
  const lock = lockDirectory(home);
  try {
    const [directory, now] = [await newestDirectory(home, say), new Date()];
    const request = await openKeyRequest(text, { directory, now });
    if (judgeKeyRequest(request, directory, now).granting === 'person') return undefined;
    await grantRequest(home, request, { now, say });
    return request;
  } finally {
    lock.release();
  }
}
