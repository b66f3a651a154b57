import { type Code, errorFrom } from '../../shared/kernel/errors.js';
import { pause } from '../../shared/kernel/pause.js';
import type { Home } from '../../shared/runtime/home.js';
import { judgeKeyRequest } from '../../shared/trust/directory/judge-key-request.js';
import { askedKid } from '../../shared/trust/directory/key-request-claims.js';
import { type KeyRequest, openKeyRequest } from '../../shared/trust/directory/key-request.js';
import type { PendingRequests } from '../../shared/trust/directory/pending-requests.js';
import { newestDirectory } from '../init/home-directory.js';
import { signsDirectory } from '../init/sign-version.js';
import type { ReloadDeps } from '../org/reload-broker.js';
import { lockDirectory } from '../up/lock.js';
import { endOverlaps } from './member-nkeys.js';
import { grantingAt, grantNkey } from './grant-nkey.js';
import { grantRequest } from './grant-request.js';
import { pendingRequestsOf } from './local-keys.js';

interface AnswerParams extends ReloadDeps {
  readonly stopping: AbortSignal;
}

const REST_MS = 1_000;
/** How far apart the looks are whether a gateway has logged in with its next nkey. */
const LOOK_MS = 3_000;
/** How long a request that waits for a person, for earlier witness keys to be proved, or for a mended home, is left alone. */
const LEFT_MS = 60_000;
/** What is wrong in the home of the hub, such as a full disk or a nats-server that is missing, and in no request. */
const OF_HOME: ReadonlySet<Code> = new Set(['config-invalid', 'usage']);

/**
 * Answers the key requests that the routers of this home keep, until `stopping` aborts: grants those that need no person, removes
 * those that are no longer allowed, and leaves the others for `org keys`. Takes the old nkey of a gateway out once it has changed over.
 * Does nothing in a home that cannot sign the directory.
 */
export async function answerKeyRequests(home: Home, { stopping, ...deps }: AnswerParams): Promise<void> {
  if (!signsDirectory(home)) return;
  const answer = createAnswering(home, deps);
  while (!stopping.aborted) {
    try {
      await answer();
      await pause(REST_MS, stopping);
    } catch (thrown) {
      deps.say(`key requests cannot be answered: ${errorFrom(thrown).message}`);
      await pause(LEFT_MS, stopping);
    }
  }
}

/** Creates one round over the requests that wait. */
function createAnswering(home: Home, deps: ReloadDeps): () => Promise<void> {
  const pending = pendingRequestsOf(home);
  let lookAgain = 0;
  const left = new Map<string, number>();
  return async () => {
    const texts = pending.list();
    for (const text of left.keys()) if (!texts.includes(text)) left.delete(text);
    for (const text of texts.filter((one) => (left.get(one) ?? 0) <= Date.now()))
      if (await answerOne(home, text, { pending, ...deps })) left.set(text, Date.now() + LEFT_MS);
    if (lookAgain > Date.now()) return;
    lookAgain = Date.now() + LOOK_MS;
    await endOverlaps(home, deps).catch((thrown: unknown) => {
      lookAgain = Date.now() + LEFT_MS;
      deps.say(`the old nkey of a gateway is not taken out: ${errorFrom(thrown).message}`);
    });
  };
}

interface AnswerOneParams extends ReloadDeps {
  readonly pending: PendingRequests;
}

/** Grants or removes a request; resolves to true for one that is left. */
async function answerOne(home: Home, text: string, { pending, ...deps }: AnswerOneParams): Promise<boolean> {
  const { say } = deps;
  try {
    const granted = await grantAutomatic(home, text, deps);
    if (granted === undefined) return true;
    say(`${DONE[granted.wish.type]} ${askedKid(granted)}, as \`${granted.iss}\` asked`);
  } catch (thrown) {
    const { family, code, message } = errorFrom(thrown);
    // What only the root may sign, or has no more room beside its version, waits for the holder of the root key.
    if (family === 'operational' || code === 'forbidden') return true;
    const isOfHome = OF_HOME.has(code);
    say(`a key request ${isOfHome ? 'waits' : 'is refused'} (${code}): ${message}`);
    if (isOfHome) return true;
  }
  pending.remove(text);
  return false;
}

const DONE: Readonly<Record<KeyRequest['wish']['type'], string>> = {
  next: 'listed',
  revoke: 'revoked',
  nkey: 'admitted',
  contract: 'listed',
};

/** Grants a request that needs no person; resolves to undefined for another one. */
async function grantAutomatic(home: Home, text: string, deps: ReloadDeps): Promise<KeyRequest | undefined> {
  const lock = lockDirectory(home);
  try {
    const [directory, now] = [await newestDirectory(home, deps.say), new Date()];
    const request = await openKeyRequest(text, { directory, now });
    const judged = judgeKeyRequest(request, directory, now);
    if (grantingAt(home, request, judged) === 'person') return undefined;
    if (request.wish.type === 'nkey') await grantNkey(home, request, deps);
    else await grantRequest(home, request, { now, say: deps.say });
    return request;
  } finally {
    lock.release();
  }
}
