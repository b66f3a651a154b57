import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { fail } from '../kernel/errors.js';

/** Maximum concurrent requests of a server. */
export interface RequestBounds<Party extends string> {
  readonly inAll: number;
  /** Maximum for one party of each kind; smaller than `inAll`, so that no party can occupy all slots. */
  readonly each: Readonly<Record<Party, number>>;
  /** Called with the number of open requests whenever it changes. */
  readonly onCount?: (open: number) => void;
  readonly onRefused?: () => void;
}

/** The parties to which one request is charged, by kind. */
type CountedParties<Party extends string> = Readonly<Partial<Record<Party, string | undefined>>>;

/** Bounds concurrent requests. */
export interface RequestLimit<Party extends string> {
  /**
   * Occupies a slot until the answer is closed. Returns a signal that aborts then, and when the server stops, so that work
   * for the request ends. Throws `busy`, which is answered 503 with `Retry-After`.
   */
  admit(reply: FastifyReply, parties: CountedParties<Party>): AbortSignal;
}

/** Creates a limit; each party has its own slots. */
export function createRequestLimit<Party extends string>(
  app: FastifyInstance,
  { inAll, each, onCount = () => {}, onRefused = () => {} }: RequestBounds<Party>,
): RequestLimit<Party> {
  const open = new Map<AbortController, CountedParties<Party>>();
  app.addHook('preClose', async () => {
    for (const work of open.keys()) work.abort(ENDED);
  });
  const refuse = (message: string): Error => {
    onRefused();
    return fail('busy', message);
  };
  const checkRoom = (parties: CountedParties<Party>): void => {
    if (open.size >= inAll) throw refuse('this server has reached its limit of open requests');
    for (const party of Object.keys(each) as Party[]) {
      const [name, most] = [parties[party], each[party]];
      if (name === undefined) continue;
      const own = [...open.values()].filter((one) => one[party] === name).length;
      if (own >= most)
        throw refuse(`\`${name}\` has ${most} open requests already, the most for one ${party}`);
    }
  };
  return {
    admit: (reply, parties) => {
      checkRoom(parties);
      const work = new AbortController();
      open.set(work, parties);
      signals.set(reply.request, work.signal);
      onCount(open.size);
      onceEnded(reply, () => {
        open.delete(work);
        onCount(open.size);
        work.abort(ENDED);
      });
      return work.signal;
    },
  };
}

/**
 * Calls `done` once, after the complete answer or when the caller disconnects before. An answer that waits behind an
 * earlier one on its connection (pipelining) emits no `close` when that connection closes, so the socket is watched too.
 */
export function onceEnded({ raw, request }: FastifyReply, done: () => void): void {
  const { socket } = request.raw;
  let isEnded = false;
  const end = (): void => {
    if (isEnded) return;
    isEnded = true;
    raw.off('close', end);
    socket.off('close', end);
    done();
  };
  // One listener for each request that waits on the connection: their number is bounded by the limits of requests.
  socket.setMaxListeners(0);
  raw.once('close', end);
  socket.once('close', end);
}

/** The reason of an aborted request; its caller is gone, so it is not logged. */
const ENDED = fail('timed-out', 'the request ended before its answer');
const signals = new WeakMap<FastifyRequest, AbortSignal>();

/** Returns the signal of a request that a hook of its route has admitted. */
export function signalOf(request: FastifyRequest): AbortSignal {
  const signal = signals.get(request);
  if (signal === undefined) throw fail('internal', 'the route of this request has no limit');
  return signal;
}
