import { once } from 'node:events';
import type { FastifyReply } from 'fastify';

/** Writes a text; resolves when the reader can take more. */
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
      await once(raw, 'drain', { signal: AbortSignal.any([signal, AbortSignal.timeout(DRAIN_TIMEOUT_MS)]) });
    });
    raw.end();
  } catch {
    raw.destroy();
  }
}
