import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { fail } from '../kernel/errors.js';

/** How many requests a server works on at the same time. */
export interface RequestBounds<Party extends string> {
  readonly inAll: number;
  /** For each kind of party that a request counts for; smaller than `inAll`, so that no party can take all places. */
  readonly each: Readonly<Record<Party, number>>;
  /** Called with the number of requests at work whenever it changes. */
  readonly onCount?: (open: number) => void;
  readonly onRefused?: () => void;
}

/** The names of the parties that one request counts for. */
type CountedParties<Party extends string> = Readonly<Partial<Record<Party, string | undefined>>>;

/** Bounds concurrent requests. */
export interface RequestLimit<Party extends string> {
  /**
   * Takes a place until the answer is closed. Returns the signal that aborts then, and when the server stops: the work for
   * the request ends with it. Throws `busy`, which is answered 503 with `Retry-After`.
   */
  admit(reply: FastifyReply, parties: CountedParties<Party>): AbortSignal;
}

/** Creates a limit; the places of one party are independent of those of any other party. */
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
      // Emitted after the whole answer, and when the caller disconnects before.
      reply.raw.once('close', () => {
        open.delete(work);
        onCount(open.size);
        work.abort(ENDED);
      });
      return work.signal;
    },
  };
}

/** An answer that no caller reads; it is not logged. */
const ENDED = fail('timed-out', 'the request ended before its answer');
const signals = new WeakMap<FastifyRequest, AbortSignal>();

/** Returns the signal of a request that a hook of its route has admitted. */
export function signalOf(request: FastifyRequest): AbortSignal {
  const signal = signals.get(request);
  if (signal === undefined) throw fail('internal', 'the route of this request has no limit');
  return signal;
}
