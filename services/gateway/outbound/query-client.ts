import { publishOnce } from '../../shared/bus/publish.js';
import { seconds } from '../../shared/kernel/clock.js';
import { type Code, fail, parseCode } from '../../shared/kernel/errors.js';
import type { FrameId } from '../../shared/kernel/ids.js';
import { isJsonObject } from '../../shared/kernel/json-object.js';
import { frameId } from '../../shared/trust/digest.js';
import { type Claims, signJws, verifyJws } from '../../shared/trust/jws.js';
import { frames } from '../../shared/wire/frames.js';
import { subjects } from '../../shared/wire/subjects.js';
import { expectHub, federationOf, type Identity } from '../identity.js';
import type { BrokerLink } from '../link.js';

/** Questions to the router: never on the ledger, gone after a moment. */
export interface QueryClient {
  /** The answer's content. Throws `timed-out` when none came, `full`, and the code that the router answered with. */
  ask(query: Claims): Promise<Claims>;
  /** `in.answer.<frame>`. Throws as `verifyJws` does, `frame-id-mismatch`, `token-malformed`. */
  receive(frame: FrameId, bytes: Uint8Array): Promise<void>;
}

interface AskDeps {
  readonly identity: Identity;
  readonly link: BrokerLink;
  readonly timeoutMs: number;
}

const WHY: Partial<Record<Code, string>> = {
  'rate-limited': 'this organisation asks the hub too much: ask again in a moment',
};

type Waiter = (answer: Claims) => void;

export function createQueryClient({ identity, link, timeoutMs }: AskDeps): QueryClient {
  const waiting = new Map<FrameId, Set<Waiter>>();
  return {
    ask: async (query) => {
      const bytes = await queryFrame(identity, query);
      const frame = frameId('query', identity.org, bytes);
      const expiry = AbortSignal.timeout(timeoutMs);
      const { answer, cancel } = waitFor(waiting, frame, expiry);
      try {
        await send(link, { frame, bytes, signal: expiry });
        return contentOf(await answer);
      } finally {
        cancel();
      }
    },
    receive: async (frame, bytes) => {
      const answer = await openAnswer(identity, frame, bytes);
      for (const tell of waiting.get(frame) ?? []) tell(answer);
    },
  };
}

function contentOf(answer: Claims): Claims {
  const { type, code } = answer;
  if (type !== 'error') return answer;
  const why = parseCode(code);
  throw fail(why, WHY[why] ?? 'the hub refused to answer');
}

async function queryFrame(identity: Identity, query: Claims): Promise<Uint8Array> {
  const claims = {
    iss: identity.org,
    iat: seconds(identity.clock()),
    aud: federationOf(identity),
    query,
  };
  return frames.query.encode({ query: await signJws('query+jws', claims, identity.noticeSigner) });
}

interface Sending {
  readonly frame: FrameId;
  readonly bytes: Uint8Array;
  readonly signal: AbortSignal;
}

async function send(link: BrokerLink, { frame, bytes, signal }: Sending): Promise<void> {
  if (!link.isUp()) throw fail('unreachable', 'the broker cannot be reached');
  const message = { subject: subjects.out('query', frame), bytes, signal };
  const result = await publishOnce(await link.bus(signal), message);
  if (result === 'full') throw fail('full', 'the way to the hub is full');
}

/** The same question twice within a second is one frame: both hear its one answer. */
function waitFor(
  waiting: Map<FrameId, Set<Waiter>>,
  frame: FrameId,
  expiry: AbortSignal,
): { readonly answer: Promise<Claims>; readonly cancel: () => void } {
  const waiters = waiting.get(frame) ?? new Set<Waiter>();
  waiting.set(frame, waiters);
  let tell: Waiter = () => undefined;
  const answer = new Promise<Claims>((resolve, reject) => {
    tell = resolve;
    expiry.addEventListener('abort', () => reject(fail('timed-out', 'the hub did not answer in time')));
  });
  answer.catch(() => undefined);
  waiters.add(tell);
  const cancel = (): void => {
    waiters.delete(tell);
    if (waiters.size === 0) waiting.delete(frame);
  };
  return { answer, cancel };
}

async function openAnswer(identity: Identity, frame: FrameId, bytes: Uint8Array): Promise<Claims> {
  const { answer } = frames.answer.decode(bytes);
  const { payload } = await verifyJws(answer, expectHub(identity, 'answer+jws', identity.org));
  if (payload['frame'] !== frame) throw fail('frame-id-mismatch', 'an answer to another question');
  const content = payload['answer'];
  if (isJsonObject(content)) return content as Claims;
  throw fail('token-malformed', 'an answer without content');
}
