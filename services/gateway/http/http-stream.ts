import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
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
const BATCH = 50;
const ALIVE_MS = 15_000;

const streaming = {
  ...operation({
    id: 'followInbox',
    scope: 'inbox:read',
    tag: 'inbox',
    summary: 'Held notices as they come',
    description:
      'Server-sent events: `notice`, with a `held` as its data, and `ended`, with an `ended`: delete your copy. Whoever comes back with the id of its last event in `Last-Event-ID` hears everything since. The stream ends where its token is good for nothing any more, and where the gateway stops.',
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
        'a notice is held from now on, in the place of an older revision of it; not told of one that ended since',
      data: ref('held'),
    },
    ended: {
      description: 'a held notice is past its end and erased here; kept for 30 days for whoever comes back',
      data: ref('ended'),
    },
  },
};

/**
 * Server-sent events, one a held notice and one a held notice that ended, the id its place among both. Each listener reads the
 * inbox from where it is at its own pace, so nothing is dropped; `Last-Event-ID` goes on behind it (0: from the beginning; without
 * one, from now on).
 */
export function addInboxStream(app: FastifyInstance, deps: InboxStreamDeps): void {
  const open = new Set<AbortController>();
  app.addHook('preClose', async () => {
    for (const listener of open) listener.abort();
  });
  // Whoever asks for the headers alone would never be answered.
  const onRequest = deps.guard('inbox:read');
  const route = { schema: streaming, exposeHeadRoute: false, onRequest };
  app.get('/v1/inbox/stream', route, (request, reply) => {
    const place = placeIn(request, deps.store.inbox.lastSeq());
    const listener = new AbortController();
    open.add(listener);
    reply.raw.once('close', () => {
      listener.abort();
      open.delete(listener);
    });
    reply.hijack();
    const mayGoOn = (): Promise<void> => onRequest(request);
    void send(deps, { place, reply, mayGoOn, signal: listener.signal });
  });
}

interface Listening {
  /** Behind which event it begins. */
  readonly place: number;
  readonly reply: FastifyReply;
  /** Rejects when its token is good for nothing by now. */
  readonly mayGoOn: () => Promise<void>;
  readonly signal: AbortSignal;
}

async function send({ store, arrivals, log }: InboxStreamDeps, listening: Listening): Promise<void> {
  const { place, reply, mayGoOn, signal } = listening;
  const { raw, request } = reply;
  const [bell, eventsAfter] = [createBell(), createInboxEvents(store.inbox)];
  const deaf = arrivals.listen(bell.ring);
  let last = place;
  raw.writeHead(200, { ...HEADERS, 'x-request-id': request.id });
  raw.write(': listening\n\n');
  try {
    while (!signal.aborted) {
      const events = eventsAfter(last, BATCH);
      for (const { seq, name, data } of events) {
        await mayGoOn();
        const event = `id: ${seq}\nevent: ${name}\ndata: ${JSON.stringify(data())}\n\n`;
        if (!raw.write(event)) await once(raw, 'drain', { signal });
        last = seq;
        // The kernel may take all of a backlog at once: others are served between its events.
        await turn();
      }
      if (events.length > 0) continue;
      await bell.wait(signal, ALIVE_MS);
      await mayGoOn();
      if (!signal.aborted) raw.write(': alive\n\n');
    }
  } catch (thrown) {
    // The listener goes on from its last event: it went away while it was written to, may hear no more, or the fault is ours.
    const { code, message } = errorFrom(thrown);
    if (!signal.aborted && code !== 'unauthorised') log.error({ code, err: thrown }, message);
  } finally {
    deaf();
    raw.end();
  }
}

/** Whoever was given more than there is reads a copy that was put back: what it missed would never be told. */
function placeIn({ headers }: FastifyRequest, newest: number): number {
  const id = headers['last-event-id'];
  if (id === undefined) return newest;
  if (typeof id === 'string' && /^[0-9]{1,15}$/.test(id) && Number(id) <= newest) return Number(id);
  throw fail('usage', '`Last-Event-ID` is the id of an event of this stream');
}
