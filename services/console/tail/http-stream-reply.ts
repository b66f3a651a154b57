import { once } from 'node:events';
import type { FastifyReply } from 'fastify';

/** Resolves when the reader has room for more. */
export type Write = (text: string) => Promise<void>;

interface Pouring {
  readonly type: string;
  /** Aborts when the reader is gone, or must go. */
  readonly signal: AbortSignal;
}

/** Who does not read for so long is cut off; a listener goes on from its last event. */
const PATIENCE_MS = 30_000;

/** Answers piece by piece, at the pace of its reader. Cut off when `work` throws, so that a part never looks whole. */
export async function streamReply(
  reply: FastifyReply,
  { type, signal }: Pouring,
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
      await once(raw, 'drain', { signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]) });
    });
    raw.end();
  } catch {
    raw.destroy();
  }
}
