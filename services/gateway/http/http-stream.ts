import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { errorFrom, fail } from '../../shared/kernel/errors.js';
import { noQuery } from '../../shared/runtime/http-query.js';
import { createRequestLimit } from '../../shared/runtime/http-request-limit.js';
import { streamReply, type Write } from '../../shared/runtime/http-stream-reply.js';
import type { Logger } from '../../shared/runtime/logger.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { authorise, type Callers } from '../../shared/trust/callers.js';
import { createBell } from '../bell.js';
import { isRestored } from '../holding/restored.js';
import { callerOf, type Guard } from './http-guard.js';
import { examples } from './openapi/examples.js';
import { ref } from './openapi/notice-components.js';
import { operation } from './openapi/operation.js';
import { streamHeaders } from './openapi/parameters.js';
import { type Arrivals, createInboxEvents } from './inbox-events.js';

/** What the stream uses. */
export interface InboxStreamDeps {
  readonly log: Logger;
  readonly guard: Guard;
  readonly callers: Callers;
  readonly store: GatewayStore;
  readonly arrivals: Arrivals;
}

const SCOPE = 'inbox:read';
/** Maximum concurrent streams. */
const BOUNDS = { inAll: 64, each: { caller: 8 } };
const KEEP_ALIVE_MS = 15_000;

const streaming = {
  ...operation({
    id: 'followInbox',
    scope: SCOPE,
    tag: 'inbox',
    summary: 'Stream of held notices, and of warnings ahead of reviews and ends',
    description:
      'Server-sent events. `notice`, `restricted`, `extended`, `unsealed` and `resumed` have a `held` as their data: replace your copy. `ended` and `suspended` have a `heldEvent` as their data: delete your copy, or stop showing it until `resumed`. `review` comes when the review of the notice is due, `expiring` 4 months, 30 days and 7 days before its end; both come for own notices too, with this organisation as the `originator`. A client that reconnects with the id of its last event in `Last-Event-ID` gets every event since. The stream ends when its token is revoked, when its reader takes nothing for 30 seconds, and when the gateway stops. At most 8 streams of one caller and 64 in all are open at once.',
    takes: { headers: streamHeaders, querystring: noQuery },
    good: {
      status: 200,
      description: 'events, and a comment every 15 seconds without one',
      type: 'text/event-stream',
      schema: { type: 'string' },
      example: examples.stream,
      headers: { 'x-accel-buffering': { type: 'string', const: 'no' } },
    },
    codes: ['usage'],
  }),
  'x-events': {
    notice: {
      description:
        'a notice is held and replaces an older revision; not sent for a notice that has ended or is suspended since',
      data: ref('held'),
    },
    restricted: { description: 'its originator took sections away: they are erased here', data: ref('held') },
    extended: { description: 'it lives longer', data: ref('held') },
    unsealed: { description: 'a section that was withheld is disclosed', data: ref('held') },
    suspended: { description: 'it is kept here and not shown', data: ref('heldEvent') },
    resumed: { description: 'it is shown again', data: ref('held') },
    review: {
      description: 'its originator is to review it now; of held and own notices',
      data: ref('heldEvent'),
    },
    expiring: {
      description: 'it ends in 4 months, 30 or 7 days; once each, of held and own notices',
      data: ref('heldEvent'),
    },
    ended: {
      description:
        'a held notice has ended and is erased here; events without content are kept for 30 days for clients that reconnect',
      data: ref('heldEvent'),
    },
  },
};

/**
 * Adds the stream of the inbox: one server-sent event for each notice that is held and for each that ended.
 * Both share one sequence of ids. Each client reads the database at its own pace, so no event is dropped.
 * `Last-Event-ID` resumes after an event; 0 starts with the oldest, and without it the stream starts with the
 * next event.
 */
export function addInboxStream(app: FastifyInstance, deps: InboxStreamDeps): void {
  const limit = createRequestLimit(app, BOUNDS);
  // No HEAD route: its request would never be answered.
  const route = { schema: streaming, exposeHeadRoute: false, onRequest: deps.guard(SCOPE) };
  app.get('/v1/inbox/stream', route, (request, reply) => {
    const after = lastEventId(request, deps.store.inbox.lastSeq());
    const signal = limit.admit(reply, { caller: callerOf(request) });
    void streamReply(reply, { type: 'text/event-stream', signal }, (write) =>
      streamEvents(deps, { after, request, write, signal }),
    );
  });
}

interface StreamParams {
  /** The id of the event after which the stream begins. */
  readonly after: number;
  readonly request: FastifyRequest;
  readonly write: Write;
  readonly signal: AbortSignal;
}

/**
 * Streams events until the client disconnects or its token is revoked. A reconnecting client resumes after its last event.
 */
async function streamEvents(
  deps: InboxStreamDeps,
  { after, request, write, signal }: StreamParams,
): Promise<void> {
  const { store, arrivals, callers, log } = deps;
  const [bell, eventAfter] = [createBell(), createInboxEvents(store.inbox)];
  const send = async (text: string): Promise<void> => {
    await store.flushed();
    authorise(callers(), request.headers.authorization, SCOPE);
    await write(text);
  };
  const stopListening = arrivals.listen(bell.ring);
  let last = after;
  try {
    await send(': listening\n\n');
    while (!signal.aborted) {
      const event = isRestored(store) ? undefined : eventAfter(last);
      if (event === undefined) {
        await bell.wait(signal, KEEP_ALIVE_MS);
        if (!signal.aborted) await send(': alive\n\n');
        continue;
      }
      const { seq, name, data } = event;
      await send(`id: ${seq}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
      last = seq;
      // Yield to other requests between events, because the kernel may accept a whole backlog at once.
      await nextTurn();
    }
  } catch (thrown) {
    const { code, message } = errorFrom(thrown);
    if (!signal.aborted && code === 'internal') log.error({ code, err: thrown }, message);
    throw thrown;
  } finally {
    stopListening();
  }
}

/**
 * The id in `Last-Event-ID`; the newest without one. Throws `usage` for an id beyond the newest: the database was restored
 * from a backup since, and the client would miss events without noticing.
 */
function lastEventId({ headers }: FastifyRequest, newest: number): number {
  const id = headers['last-event-id'];
  if (id === undefined) return newest;
  if (typeof id === 'string' && /^[0-9]{1,15}$/.test(id) && Number(id) <= newest) return Number(id);
  throw fail('usage', '`Last-Event-ID` is the id of an event of this stream');
}
