import { pause } from '../shared/kernel/pause.js';
import type { GatewayStore } from '../shared/store/gateway/gateway-store.js';
import type { Bell } from './bell.js';
import type { LoopStep } from './loop.js';

const RETRY_MS = 250;

/**
 * Creates the step that truncates the write-ahead log as soon as content was erased, when the bell rings. A reader of the
 * file may prevent it for a moment. The sweep truncates the log after a start.
 */
export function createErasure(store: Pick<GatewayStore, 'checkpoint'>, bell: Bell): LoopStep {
  return async (signal) => {
    await bell.wait(signal);
    while (!signal.aborted && !store.checkpoint()) await pause(RETRY_MS, signal);
  };
}
