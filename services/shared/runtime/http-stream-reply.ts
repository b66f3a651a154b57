import { once } from 'node:events';
import type { FastifyReply } from 'fastify';
import { fail } from '../kernel/errors.js';
import { withDeadline } from '../kernel/with-deadline.js';

/**
 * Writes a text; resolves when the reader can accept more. Rejects with `timed-out` when it reads nothing for 30 s or
 * disconnects.
 */
export type Write = (text: string) => Promise<void>;

interface StreamReplyOptions {
  readonly type: string;
  /** Aborts when the reader disconnected or must end. */
  readonly signal: AbortSignal;
}

/** A reader that does not read for this long is disconnected. */
const DRAIN_TIMEOUT_MS = 30_000;

/** Streams an answer at the reader's pace. When `work` throws, the connection is cut, so that a part never looks complete. */
export async function streamReply(
  reply: FastifyReply,
  { type, signal }: StreamReplyOptions,
  work: (write: Write) => Promise<void>,
): Promise<void> {
  const { raw } = reply.hijack();
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': type,
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  try {
    await work(async (text) => {
      if (raw.write(text) || signal.aborted) return;
      await withDeadline({ signal, ms: DRAIN_TIMEOUT_MS }, (late) =>
        once(raw, 'drain', { signal: late }),
      ).catch(() => {
        throw fail('timed-out', 'the reader takes nothing');
      });
    });
    raw.end();
  } catch {
    raw.destroy();
  }
}
