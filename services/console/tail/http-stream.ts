import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Clock } from '../../shared/kernel/clock.js';
import { queryOf } from '../../shared/runtime/http-query.js';
import type { Ring } from '../../shared/store/console/console-ring.js';
import type { Access } from '../session/http-access.js';
import { createStreamGate } from './http-reader-limit.js';
import { streamReply, type Write } from './http-stream-reply.js';
import type { ConsoleMetrics } from '../metrics.js';
import { LIST_NAMES, readQuestion, type TailQuery, type TailSelection } from './tail-question.js';
import { readRing, type ShownRow, type Step } from './read-ring.js';
import type { RouterWatch } from '../flow/router-watch.js';
import type { ShownAlive } from '../shown.js';
import type { Viewer } from '../session/viewer.js';

export interface StatusStreamDeps {
  readonly ring: Ring;
  readonly access: Access;
  readonly clock: Clock;
  /** Whether the broker is heard. */
  readonly connected: () => boolean;
  readonly routers: RouterWatch;
  readonly metrics: ConsoleMetrics;
}

const LOOK_MS = 100;
/** How often who listens hears that the console lives. */
const ALIVE_MS = 5_000;
/** Somebody who listens from now on begins a little earlier, so that nothing on its way is missed. */
const BACK_MS = 1_000;

/**
 * Status events as they come (server-sent events), and those that are kept as NDJSON. Each listener reads the ring from
 * where it is, at its own pace: nothing is queued for it. An event's id is its place; `Last-Event-ID` goes on behind it.
 */
export function addStatusStream(app: FastifyInstance, deps: StatusStreamDeps): void {
  const admit = createStreamGate(app, deps.metrics);
  // Whoever asks for the headers alone would never be answered.
  const route = { schema: tailSchema, exposeHeadRoute: false, onRequest: deps.access.requireViewer };
  app.get<Asking>('/v1/status/stream', route, (request, reply) => {
    const viewer = deps.access.viewerOf(request);
    const asked = ask(request, deps);
    const signal = admit(viewer, reply);
    void streamReply(reply, { type: 'text/event-stream', signal }, (write) =>
      listen(deps, { ...asked, request, viewer, signal }, write),
    );
  });
  app.get<Asking>('/v1/status', route, (request, reply) => {
    const viewer = deps.access.viewerOf(request);
    const asked = ask(request, deps);
    const signal = admit(viewer, reply);
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
/** An event's place, or nothing. */
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
  const { filter, since = now - BACK_MS } = readQuestion(query, now);
  const id = headers['last-event-id']?.toString() || query.after;
  return { filter, place: id ? Number(id) : since * 1000 };
}

interface Reader extends Asked {
  readonly request: FastifyRequest;
  readonly viewer: Viewer;
}

/** Reads on to the end of the ring, and looks at each step whether this reader still may. */
async function* stepsOf(
  { ring, access }: StatusStreamDeps,
  { request, viewer, filter, place }: Reader,
): AsyncGenerator<Step> {
  if (filter === undefined) return;
  for await (const step of readRing({ ring, viewer, filter }, place)) {
    access.recheck(request, viewer);
    yield step;
  }
}

/** Until the listener goes, or may not listen any more. */
async function listen(
  deps: StatusStreamDeps,
  { signal, ...reader }: Reader & { readonly signal: AbortSignal },
  write: Write,
): Promise<void> {
  const { access, connected } = deps;
  let { place } = reader;
  let told: boolean | undefined;
  const beat = createBeat(deps.routers, async (alive) => {
    access.recheck(reader.request, reader.viewer);
    await write(`event: alive\ndata: ${JSON.stringify(alive)}\n\n`);
  });
  await write(`id: ${place}\n\n`);
  while (!signal.aborted) {
    for await (const { shown, upTo } of stepsOf(deps, { ...reader, place })) {
      place = upTo;
      if (shown.length > 0) await write(shown.map(eventText).join(''));
      await beat();
    }
    // The first of these also says that everything there was has been sent.
    if (connected() !== told)
      await write(`event: state\ndata: ${JSON.stringify({ connected: connected() })}\n\n`);
    told = connected();
    await beat();
    await delay(LOOK_MS, undefined, { signal });
  }
}

/** A sign of life now and then, and as soon as the routers fall silent or one speaks again. */
function createBeat(routers: RouterWatch, tell: (alive: ShownAlive) => Promise<void>): () => Promise<void> {
  let [at, wasSilent] = [Date.now(), false];
  return async () => {
    const silentMs = routers.silentMs();
    const isSilent = silentMs !== null;
    if (Date.now() - at < ALIVE_MS && isSilent === wasSilent) return;
    [at, wasSilent] = [Date.now(), isSilent];
    await tell({ silentMs });
  };
}

const lineText = ({ type, data }: ShownRow): string => `${JSON.stringify({ type, ...data })}\n`;

function eventText({ type, place, data }: ShownRow): string {
  const id = place === undefined ? '' : `id: ${place}\n`;
  return `${id}event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}
