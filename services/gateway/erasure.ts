import { pause } from '../shared/kernel/pause.js';
import type { GatewayStore } from '../shared/store/gateway/gateway-store.js';
import type { Bell } from './bell.js';
import type { LoopStep } from './loop.js';

const RETRY_MS = 250;

/**
 * Creates the step that truncates the write-ahead log when the bell rings, which is after content was erased.
 * It tries again while a reader of the file prevents that. After a start the sweep truncates the log.
 */
export function createErasure(store: Pick<GatewayStore, 'checkpoint'>, bell: Bell): LoopStep {
  return async (signal) => {
    await bell.wait(signal);
    while (!signal.aborted && !(await store.checkpoint())) await pause(RETRY_MS, signal);
  };
}
