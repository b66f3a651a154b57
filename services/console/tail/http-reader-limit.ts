import type { FastifyInstance, FastifyReply } from 'fastify';
import { fail } from '../../shared/kernel/errors.js';
import type { ConsoleMetrics } from '../metrics.js';
import type { Viewer } from '../session/viewer.js';

/** Counts a reader until its answer is closed; the signal aborts when the answer must end. Throws `busy`. */
type Admit = (viewer: Viewer, reply: FastifyReply) => AbortSignal;

const MAX_READERS = 64;
/** Smaller than `MAX_READERS`, so that no caller and no organisation can use all places. */
const MAX_PER_CALLER = 8;
const MAX_PER_ORGANISATION = 16;

/**
 * Creates the limit of concurrent readers: in all, for each caller, and for all callers of an organisation together. All
 * readers end when the console stops.
 */
export function createStreamGate(app: FastifyInstance, metrics: ConsoleMetrics): Admit {
  const open = new Map<AbortController, Viewer>();
  app.addHook('preClose', async () => {
    for (const reader of open.keys()) reader.abort();
  });
  return (viewer, { raw }) => {
    try {
      checkRoom([...open.values()], viewer);
    } catch (busy) {
      metrics.turnedAway();
      throw busy;
    }
    const reader = new AbortController();
    open.set(reader, viewer);
    metrics.readers(open.size);
    raw.once('close', () => {
      reader.abort();
      open.delete(reader);
      metrics.readers(open.size);
    });
    return reader.signal;
  };
}

function checkRoom(readers: readonly Viewer[], { name, scope }: Viewer): void {
  if (readers.length >= MAX_READERS) throw fail('busy', 'the console has reached its limit of readers');
  const own = readers.filter((reader) => reader.name === name);
  if (own.length >= MAX_PER_CALLER) throw tooOften(name, MAX_PER_CALLER, 'caller');
  const together = readers.filter((reader) => scope !== undefined && reader.scope?.org === scope.org);
  if (together.length >= MAX_PER_ORGANISATION)
    throw tooOften(scope?.org ?? '', MAX_PER_ORGANISATION, 'organisation');
}

function tooOften(who: string, most: number, what: string): Error {
  return fail('busy', `\`${who}\` has ${most} open requests already, the most for one ${what}`);
}
