import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { type Code, errorFrom } from '../kernel/errors.js';
import type { Logger } from './logger.js';
import { createStopRule } from '../kernel/stop-rule.js';

/** A started process. */
export interface Running {
  /** The fields of its ready message: addresses for its parent and the log. */
  readonly ready: Readonly<Record<string, unknown>>;
  /** Resolves when the process cannot work any more: it then exits with 1 at once, and its parent or system starts it again. */
  readonly failed?: Promise<unknown>;
  /** Stops taking work, finishes what was begun, flushes and closes. */
  stop(): Promise<void>;
}

const DRAIN_MS = 10_000;
const SMALL_HEAP = 512 * 1024 * 1024;
/** V8's default for a small heap is 30 %, which costs a busy router a seventh of its time (docs/adr/0022). */
const HEAP_GROWING_PERCENT = 60;

/**
 * Runs a process until SIGTERM, SIGINT or the end of its parent; then stops it within 10 s and exits 0. A
 * second signal, half a second after the first or later, or a parent that ends during the start, exits at
 * once with 1. A start that fails exits with 1, or with 2 for a home of another contract. Sends
 * `{type: 'ready', …}` to the parent over IPC.
 */
export async function runProcess(log: Logger, start: () => Promise<Running>): Promise<void> {
  const isSmall = getHeapStatistics().heap_size_limit < SMALL_HEAP;
  if (isSmall) setFlagsFromString(`--heap-growing-percent=${HEAP_GROWING_PERCENT}`);
  let running: Running | undefined;
  const settle = (why: string): void => {
    log.info({ why }, 'stopping');
    if (running === undefined) process.exit(1);
    setTimeout(() => process.exit(1), DRAIN_MS).unref();
    running.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'stop failed');
        process.exit(1);
      },
    );
  };
  const stop = createStopRule({ first: settle, again: () => process.exit(1) });
  whenParentEnds(() => stop('parent ended'));
  running = await start().catch((error: unknown) => {
    const { code, message, details } = errorFrom(error);
    log.fatal({ code, details, err: error }, message);
    process.exit(exitCodeOfStart(code));
  });
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  void running.failed?.then(() => process.exit(1));
  process.send?.({ type: 'ready', ...running.ready });
  log.info(running.ready, 'ready');
}

/**
 * Returns the exit code of a failed start: 2 for a home of another contract, as the CLI exits, because no
 * restart helps.
 */
export function exitCodeOfStart(code: Code): number {
  return code === 'home-older' || code === 'home-newer' ? 2 : 1;
}

/** Calls `end` when the process that forked this one has ended, at once if it already has; never when it was not forked. */
export function whenParentEnds(end: () => void): void {
  const isForked = process.send !== undefined;
  if (isForked && !process.connected) end();
  else process.once('disconnect', end);
}
