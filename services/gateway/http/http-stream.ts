import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { errorFrom, fail } from '../../shared/kernel/errors.js';
import { noQuery } from '../../shared/runtime/http-query.js';
import type { Logger } from '../../shared/runtime/logger.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { createBell } from '../bell.js';
import type { Guard } from './http-guard.js';
import { examples } from './openapi/examples.js';
import { ref } from './openapi/notice-components.js';
import { operation } from './openapi/operation.js';
import { streamHeaders } from './openapi/parameters.js';
import { type Arrivals, createInboxEvents } from './inbox-events.js';

/** What the stream uses. */
export interface InboxStreamDeps {
  readonly log: Logger;
  readonly guard: Guard;
  readonly store: GatewayStore;
  readonly arrivals: Arrivals;
}

const HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  connection: 'keep-alive',
  'x-accel-buffering': 'no',
};
const EVENTS_PER_READ = 50;
const KEEP_ALIVE_MS = 15_000;

const streaming = {
  ...operation({
    id: 'followInbox',
    scope: 'inbox:read',
    tag: 'inbox',
    summary: 'Stream of held notices',
    description:
      'Server-sent events: `notice`, with a `held` as its data, and `ended`, with an `ended` as its data: delete your copy. A client that reconnects with the id of its last event in `Last-Event-ID` gets every event since. The stream ends when its token is revoked and when the gateway stops.',
    takes: { headers: streamHeaders, querystring: noQuery },
    good: {
      status: 200,
      description: 'events, and a comment every 15 seconds without one',
      type: 'text/event-stream',
      schema: { type: 'string' },
      example: examples.stream,
      headers: { 'x-accel-buffering': { type: 'string', const: HEADERS['x-accel-buffering'] } },
    },
    codes: ['usage'],
  }),
  'x-events': {
    notice: {
      description:
        'a notice is held and replaces an older revision; not sent for a notice that has ended since',
      data: ref('held'),
    },
    ended: {
      description:
        'a held notice has ended and is erased here; the event is kept for 30 days for clients that reconnect',
      data: ref('ended'),
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
  const open = new Set<AbortController>();
  app.addHook('preClose', async () => {
    for (const listener of open) listener.abort();
  });
  // No HEAD route: its request would never be answered.
  const onRequest = deps.guard('inbox:read');
  const route = { schema: streaming, exposeHeadRoute: false, onRequest };
  app.get('/v1/inbox/stream', route, (request, reply) => {
    const after = lastEventId(request, deps.store.inbox.lastSeq());
    const listener = new AbortController();
    open.add(listener);
    reply.raw.once('close', () => {
      listener.abort();
      open.delete(listener);
    });
    reply.hijack();
    const checkToken = (): Promise<void> => onRequest(request);
    void streamEvents(deps, { after, reply, checkToken, signal: listener.signal });
  });
}

interface StreamParams {
  /** The id of the event after which the stream begins. */
  readonly after: number;
  readonly reply: FastifyReply;
  /** Rejects when the token of the request is not accepted any more. */
  readonly checkToken: () => Promise<void>;
  readonly signal: AbortSignal;
}

async function streamEvents({ store, arrivals, log }: InboxStreamDeps, params: StreamParams): Promise<void> {
  const { after, reply, checkToken, signal } = params;
  const { raw, request } = reply;
  const [bell, eventsAfter] = [createBell(), createInboxEvents(store.inbox)];
  const stopListening = arrivals.listen(bell.ring);
  let last = after;
  raw.writeHead(200, { ...HEADERS, 'x-request-id': request.id });
  raw.write(': listening\n\n');
  try {
    while (!signal.aborted) {
      const events = eventsAfter(last, EVENTS_PER_READ);
      for (const { seq, name, data } of events) {
        await checkToken();
        const event = `id: ${seq}\nevent: ${name}\ndata: ${JSON.stringify(data())}\n\n`;
        if (!raw.write(event)) await once(raw, 'drain', { signal });
        last = seq;
        // The kernel may accept a whole backlog without `drain`: other requests are served between events.
        await nextTurn();
      }
      if (events.length > 0) continue;
      await bell.wait(signal, KEEP_ALIVE_MS);
      await checkToken();
      if (!signal.aborted) raw.write(': alive\n\n');
    }
  } catch (thrown) {
    // The client disconnected, its token was revoked, or this is a defect; a client resumes after its last event.
    const { code, message } = errorFrom(thrown);
    if (!signal.aborted && code !== 'unauthorised') log.error({ code, err: thrown }, message);
  } finally {
    stopListening();
    raw.end();
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
