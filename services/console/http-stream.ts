import { once } from 'node:events';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../shared/kernel/clock.js';
import { fail } from '../shared/kernel/errors.js';
import type { Ring } from '../shared/store/console-ring.js';
import type { Access } from './http-access.js';
import { type Query, type Question, readQuestion } from './question.js';
import { readRing, type Shown } from './read-ring.js';
import type { Viewer } from './viewer.js';

export interface StreamDeps {
  readonly ring: Ring;
  readonly access: Access;
  readonly clock: Clock;
  /** Whether the broker is heard. */
  readonly connected: () => boolean;
}

const LOOK_MS = 100;
const ALIVE_MS = 15_000;
/** Who does not read for so long is cut off; it goes on from its last event. */
const PATIENCE_MS = 30_000;
const MOST_LISTENERS = 64;
/** Somebody who listens from now on begins a little earlier, so that nothing on its way is missed. */
const BACK_MS = 1_000;

/**
 * Status events as they come (server-sent events), and those that are kept as NDJSON. Each listener reads the ring from
 * where it is, at its own pace: nothing is queued for it. An event's id is its place; `Last-Event-ID` goes on behind it.
 */
export function addStream(app: FastifyInstance, deps: StreamDeps): void {
  const open = new Set<AbortController>();
  app.addHook('preClose', async () => {
    for (const listener of open) listener.abort();
  });
  app.get<{ Querystring: Query }>('/v1/status/stream', (request, reply) => {
    const viewer = deps.access.viewerOf(request);
    const { filter, place } = ask(request, deps);
    if (open.size >= MOST_LISTENERS) throw fail('busy', 'too many listen already');
    const listener = new AbortController();
    open.add(listener);
    reply.raw.once('close', () => {
      listener.abort();
      open.delete(listener);
    });
    reply.hijack();
    void send(deps, { request, reply, viewer, filter, place, signal: listener.signal });
  });
  app.get<{ Querystring: Query }>('/v1/status', async (request, reply) => {
    const viewer = deps.access.viewerOf(request);
    const { filter, place } = ask(request, deps);
    return reply.type('application/x-ndjson').send(Readable.from(lines()));

    async function* lines(): AsyncGenerator<string> {
      if (filter === undefined) return;
      for await (const { shown } of readRing({ ring: deps.ring, viewer, filter }, place)) {
        if (shown.length > 0)
          yield shown.map(({ type, data }) => `${JSON.stringify({ type, ...data })}\n`).join('');
      }
    }
  });
}

interface Asked {
  readonly filter: Question['filter'];
  readonly place: number;
}

function ask({ query, headers }: FastifyRequest<{ Querystring: Query }>, { clock }: StreamDeps): Asked {
  const now = clock().getTime();
  const { filter, since = now - BACK_MS } = readQuestion(query, now);
  return { filter, place: placeIn(headers['last-event-id']) ?? placeIn(query['after']) ?? since * 1000 };
}

function placeIn(value: unknown): number | undefined {
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'string' && /^[0-9]{1,16}$/.test(value)) return Number(value);
  throw fail('usage', '`Last-Event-ID` is the id of an event of this stream');
}

interface Listening extends Asked {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly viewer: Viewer;
  readonly signal: AbortSignal;
}

async function send(deps: StreamDeps, listening: Listening): Promise<void> {
  const { reply, signal } = listening;
  const { raw } = reply;
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  const write = async (text: string): Promise<void> => {
    if (raw.write(text) || signal.aborted) return;
    await once(raw, 'drain', { signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]) });
  };
  try {
    await listen(deps, listening, write);
    raw.end();
  } catch {
    raw.destroy();
  }
}

/** Until the listener goes, or may not listen any more. */
async function listen(
  { ring, access, connected }: StreamDeps,
  { request, viewer, filter, place: start, signal }: Listening,
  write: (text: string) => Promise<void>,
): Promise<void> {
  let place = start;
  let told: boolean | undefined;
  let checkedAt = Date.now();
  await write(`id: ${place}\n\n`);
  while (!signal.aborted) {
    const steps = filter === undefined ? [] : readRing({ ring, viewer, filter }, place);
    for await (const { shown, upTo } of steps) {
      place = upTo;
      if (shown.length > 0) await write(shown.map(eventText).join(''));
    }
    // The first of these also says that everything there was has been sent.
    if (connected() !== told)
      await write(`event: state\ndata: ${JSON.stringify({ connected: connected() })}\n\n`);
    told = connected();
    if (Date.now() - checkedAt > ALIVE_MS) {
      if (access.viewerOf(request).scope?.org !== viewer.scope?.org) return;
      await write(': alive\n\n');
      checkedAt = Date.now();
    }
    await delay(LOOK_MS, undefined, { signal });
  }
}

function eventText({ type, place, data }: Shown): string {
  return `id: ${place}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}
