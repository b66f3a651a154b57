import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Clock } from '../../shared/kernel/clock.js';
import { queryOf } from '../../shared/runtime/http-query.js';
import { createRequestLimit } from '../../shared/runtime/http-request-limit.js';
import type { Ring } from '../../shared/store/console/console-ring.js';
import type { Access } from '../session/http-access.js';
import { streamReply, type Write } from '../../shared/runtime/http-stream-reply.js';
import type { ConsoleMetrics } from '../metrics.js';
import { LIST_NAMES, readQuestion, type TailQuery, type TailSelection } from './tail-question.js';
import type { SimulatedList } from '../../shared/runtime/simulated-list.js';
import { readRing, type ShownRow, type Step } from './read-ring.js';
import type { RouterWatch } from '../flow/router-watch.js';
import type { ShownAlive } from '../shown.js';
import { partiesOf, type Viewer } from '../session/viewer.js';

/** What the routes of status events use. */
export interface StatusStreamDeps {
  readonly ring: Ring;
  readonly simulated: SimulatedList;
  readonly access: Access;
  readonly clock: Clock;
  /** True while status events arrive. */
  readonly connected: () => boolean;
  readonly routers: RouterWatch;
  readonly metrics: ConsoleMetrics;
}

/** Maximum concurrent readers of status events; all end when the console stops. */
const READERS = { inAll: 64, each: { caller: 8, organisation: 16 } };
/** How often the ring is read for new events. */
const POLL_MS = 100;
/** The interval of heartbeats to a listener. */
const ALIVE_MS = 5_000;
/** A listener that asks for events from now on starts this much earlier, so that none in flight is missed. */
const LEAD_MS = 1_000;

/**
 * Adds the routes of status events: a live stream (server-sent events), and the stored events as NDJSON. Each reader reads
 * the ring at its own pace, so nothing is queued for it. The id of an event is its place; `Last-Event-ID` resumes after it.
 */
export function addStatusStream(app: FastifyInstance, deps: StatusStreamDeps): void {
  const { readers, turnedAway } = deps.metrics;
  const limit = createRequestLimit(app, { ...READERS, onCount: readers, onRefused: turnedAway });
  // No HEAD route: its request would never be answered.
  const route = { schema: tailSchema, exposeHeadRoute: false };
  app.get<Asking>('/v1/status/stream', route, (request, reply) => {
    const viewer = deps.access.viewerOf(request);
    const asked = ask(request, deps);
    const signal = limit.admit(reply, partiesOf(viewer));
    void streamReply(reply, { type: 'text/event-stream', signal }, (write) =>
      listen(deps, { ...asked, request, viewer, signal }, write),
    );
  });
  app.get<Asking>('/v1/status', route, (request, reply) => {
    const viewer = deps.access.viewerOf(request);
    const asked = ask(request, deps);
    const signal = limit.admit(reply, partiesOf(viewer));
    void streamReply(reply, { type: 'application/x-ndjson', signal }, async (write) => {
      for await (const { shown } of stepsOf(deps, { ...asked, request, viewer })) {
        if (shown.length > 0) await write(shown.map(lineText).join(''));
      }
    });
  });
}

interface Asking {
  readonly Querystring: TailQuery & { readonly after?: string };
}

const text = { type: 'string' };
/** The place of an event, or an empty text. */
const eventId = { ...text, pattern: '^[0-9]{0,16}$', description: 'the id of an event of this stream' };
const tailSchema = {
  headers: { type: 'object', properties: { 'last-event-id': eventId } },
  querystring: queryOf({
    ...Object.fromEntries(LIST_NAMES.map((name) => [name, { type: 'array', items: text }])),
    subject: text,
    since: text,
    after: eventId,
  }),
};

interface Asked {
  readonly filter: TailSelection['filter'];
  readonly place: number;
}

function ask({ query, headers }: FastifyRequest<Asking>, { clock }: StatusStreamDeps): Asked {
  const now = clock().getTime();
  const { filter, since = now - LEAD_MS } = readQuestion(query, now);
  const id = headers['last-event-id']?.toString() || query.after;
  return { filter, place: id ? Number(id) : since * 1000 };
}

interface Reader extends Asked {
  readonly request: FastifyRequest;
  readonly viewer: Viewer;
}

/** Reads to the end of the ring, and checks the reader's access at each step. */
async function* stepsOf(
  { ring, simulated, access }: StatusStreamDeps,
  { request, viewer, filter, place }: Reader,
): AsyncGenerator<Step> {
  if (filter === undefined) return;
  for await (const step of readRing({ ring, simulated, viewer, filter }, place)) {
    access.recheck(request, viewer);
    yield step;
  }
}

/** Streams events until the listener disconnects or loses access. */
async function listen(
  deps: StatusStreamDeps,
  { signal, ...reader }: Reader & { readonly signal: AbortSignal },
  write: Write,
): Promise<void> {
  const { access, connected } = deps;
  let { place } = reader;
  let told: boolean | undefined;
  const sendAlive = createAliveSignal(deps.routers, async (alive) => {
    access.recheck(reader.request, reader.viewer);
    await write(`event: alive\ndata: ${JSON.stringify(alive)}\n\n`);
  });
  await write(`id: ${place}\n\n`);
  while (!signal.aborted) {
    for await (const { shown, upTo } of stepsOf(deps, { ...reader, place })) {
      place = upTo;
      if (shown.length > 0) await write(shown.map(eventText).join(''));
      await sendAlive();
    }
    // The first `state` also tells the listener that all stored events were sent.
    if (connected() !== told)
      await write(`event: state\ndata: ${JSON.stringify({ connected: connected() })}\n\n`);
    told = connected();
    await sendAlive();
    await delay(POLL_MS, undefined, { signal });
  }
}

/** Sends a heartbeat every few seconds, and at once when all routers stop answering or one answers again. */
function createAliveSignal(
  routers: RouterWatch,
  send: (alive: ShownAlive) => Promise<void>,
): () => Promise<void> {
  let [at, wasSilent] = [Date.now(), false];
  return async () => {
    const silentMs = routers.silentMs();
    const isSilent = silentMs !== null;
    if (Date.now() - at < ALIVE_MS && isSilent === wasSilent) return;
    [at, wasSilent] = [Date.now(), isSilent];
    await send({ silentMs });
  };
}

const lineText = ({ type, data }: ShownRow): string => `${JSON.stringify({ type, ...data })}\n`;

function eventText({ type, place, data }: ShownRow): string {
  const id = place === undefined ? '' : `id: ${place}\n`;
  return `${id}event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}
