import { publishOnce } from '../../shared/bus/publish.js';
import { seconds } from '../../shared/kernel/clock.js';
import { type Code, fail, isCode, parseCode } from '../../shared/kernel/errors.js';
import type { FrameId } from '../../shared/kernel/ids.js';
import { isJsonObject } from '../../shared/kernel/json-object.js';
import { withDeadline } from '../../shared/kernel/with-deadline.js';
import { frameId } from '../../shared/trust/digest.js';
import { type Claims, signJws, verifyJws } from '../../shared/trust/jws.js';
import { frames } from '../../shared/wire/frames.js';
import { isServed } from '../../shared/wire/served-questions.js';
import { subjects } from '../../shared/wire/subjects.js';
import { expectHub, federationOf, frameContract, type Identity } from '../identity.js';
import type { BrokerLink } from '../link.js';

/** Queries to the router. They are answered within seconds and never recorded on the ledger. */
export interface QueryClient {
  /**
   * Resolves with the content of the answer. Throws `not-yet`, before anything is signed, for a question that
   * the directory does not list as served by the hub; `timed-out`, `unreachable`, `full`, or the code of the
   * router's answer. `timeoutMs` replaces the timeout of the client; an aborted `signal` ends the wait like a timeout.
   */
  ask(query: Claims, waiting?: QueryWaiting): Promise<Claims>;
  /** Takes a frame of `in.answer.<frame>`. Throws as `verifyJws` does, `frame-id-mismatch` and `token-malformed`. */
  receive(frame: FrameId, bytes: Uint8Array): Promise<void>;
}

/** How long a caller waits for an answer. */
export interface QueryWaiting {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

interface AskDeps {
  readonly identity: Identity;
  readonly link: BrokerLink;
  readonly timeoutMs: number;
}

const MESSAGES: Partial<Record<Code, string>> = {
  'rate-limited': 'this organisation sends the hub too many queries: try again in a moment',
  'not-ready': 'the hub cannot answer this now: try again in a moment',
};

/** True when the hub did not answer a query now: it may answer the same one later. */
export function isUnanswered(error: unknown): boolean {
  return isCode(error, 'timed-out', 'unreachable', 'full', 'rate-limited', 'not-ready');
}

/** Resolves the promise of one caller. */
type Waiter = (answer: Claims) => void;

/** Creates the client; a query without an answer fails after `timeoutMs`. */
export function createQueryClient({ identity, link, timeoutMs }: AskDeps): QueryClient {
  const waiting = new Map<FrameId, Set<Waiter>>();
  return {
    ask: async (query, { timeoutMs: ms = timeoutMs, signal = new AbortController().signal } = {}) => {
      const bytes = await queryFrame(identity, query);
      const frame = frameId('query', identity.org, bytes);
      return withDeadline({ signal, ms }, async (expiry) => {
        const { answer, cancel } = waitFor(waiting, frame, expiry);
        try {
          await send(link, { frame, bytes, signal: expiry });
          return contentOf(await answer);
        } finally {
          cancel();
        }
      });
    },
    receive: async (frame, bytes) => {
      const answer = await openAnswer(identity, frame, bytes);
      for (const resolve of waiting.get(frame) ?? []) resolve(answer);
    },
  };
}

function contentOf(answer: Claims): Claims {
  const { type, code } = answer;
  if (type !== 'error') return answer;
  const reason = parseCode(code);
  throw fail(reason, MESSAGES[reason] ?? 'the hub refused to answer');
}

async function queryFrame(identity: Identity, query: Claims): Promise<Uint8Array> {
  requireServed(identity, String(query['type']));
  const claims = {
    iss: identity.org,
    iat: seconds(identity.clock()),
    aud: federationOf(identity),
    query,
  };
  const signed = await signJws('query+jws', claims, identity.noticeSigner);
  return frames.query.encode({ query: signed }, frameContract(identity));
}

function requireServed({ directory }: Identity, type: string): void {
  if (isServed(type, directory.current().hub.serves)) return;
  throw fail('not-yet', `the hub does not answer questions of type \`${type}\` yet`);
}

interface SendParams {
  readonly frame: FrameId;
  readonly bytes: Uint8Array;
  readonly signal: AbortSignal;
}

async function send(link: BrokerLink, { frame, bytes, signal }: SendParams): Promise<void> {
  if (!link.isUp()) throw fail('unreachable', 'the broker cannot be reached');
  const message = { subject: subjects.out('query', frame), bytes, signal };
  const result = await publishOnce(await link.bus(signal), message);
  if (result === 'full') throw fail('full', 'the stream to the hub is full');
}

/** Waits for the answer to a frame. Equal queries within a second are one frame, whose answer resolves every waiter. */
function waitFor(
  waiting: Map<FrameId, Set<Waiter>>,
  frame: FrameId,
  expiry: AbortSignal,
): { readonly answer: Promise<Claims>; readonly cancel: () => void } {
  const waiters = waiting.get(frame) ?? new Set<Waiter>();
  waiting.set(frame, waiters);
  let waiter: Waiter = () => undefined;
  const answer = new Promise<Claims>((resolve, reject) => {
    waiter = resolve;
    expiry.addEventListener('abort', () => reject(fail('timed-out', 'the hub did not answer in time')));
  });
  answer.catch(() => undefined);
  waiters.add(waiter);
  const cancel = (): void => {
    waiters.delete(waiter);
    if (waiters.size === 0) waiting.delete(frame);
  };
  return { answer, cancel };
}

async function openAnswer(identity: Identity, frame: FrameId, bytes: Uint8Array): Promise<Claims> {
  const { answer } = frames.answer.decode(bytes);
  const { payload } = await verifyJws(answer, expectHub(identity, 'answer+jws', identity.org));
  if (payload['frame'] !== frame) throw fail('frame-id-mismatch', 'an answer to another query');
  const content = payload['answer'];
  if (isJsonObject(content)) return content as Claims;
  throw fail('token-malformed', 'an answer without content');
}
