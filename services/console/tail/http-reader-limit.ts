import type { FastifyInstance, FastifyReply } from 'fastify';
import { fail } from '../../shared/kernel/errors.js';
import type { ConsoleMetrics } from '../metrics.js';
import type { Viewer } from '../session/viewer.js';

/** Takes a reader in until its answer is closed; the signal aborts when it must go. Throws `busy`. */
type Admit = (viewer: Viewer, reply: FastifyReply) => AbortSignal;

const MAX_READERS = 64;
/** So that nobody shuts out everybody else, whatever tokens an organisation has. */
const MAX_PER_CALLER = 8;
const MAX_PER_ORGANISATION = 16;

/**
 * Lets a bounded number read at once, each caller a part of them, and all callers of an organisation a part together.
 * All must go when the console ends.
 */
export function createStreamGate(app: FastifyInstance, metrics: ConsoleMetrics): Admit {
  const open = new Map<AbortController, Viewer>();
  app.addHook('preClose', async () => {
    for (const reader of open.keys()) reader.abort();
  });
  return (viewer, { raw }) => {
    try {
      checkRoom([...open.values()], viewer);
    } catch (full) {
      metrics.turnedAway();
      throw full;
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
  if (readers.length >= MAX_READERS) throw fail('busy', 'too many read the console already');
  const own = readers.filter((reader) => reader.name === name);
  if (own.length >= MAX_PER_CALLER) throw tooOften(name, MAX_PER_CALLER, 'caller');
  const together = readers.filter((reader) => scope !== undefined && reader.scope?.org === scope.org);
  if (together.length >= MAX_PER_ORGANISATION)
    throw tooOften(scope?.org ?? '', MAX_PER_ORGANISATION, 'organisation');
}

function tooOften(who: string, most: number, what: string): Error {
  return fail('busy', `\`${who}\` reads ${most} times already, which is as often as one ${what} may`);
}
