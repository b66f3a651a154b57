import { publishOnce } from '../../shared/bus/publish.js';
import { parseFrameId } from '../../shared/kernel/ids.js';
import type { Logger } from '../../shared/runtime/logger.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { subjects } from '../../shared/wire/subjects.js';
import type { Bell } from '../bell.js';
import type { Flight } from './send-pacing.js';
import type { Identity } from '../identity.js';
import type { BrokerLink } from '../link.js';
import { pause } from '../../shared/kernel/pause.js';
import { frameMessage, makeSubmission } from './submission.js';
import type { GatewayTracing } from '../tracing.js';

interface SenderDeps {
  readonly identity: Identity;
  readonly store: GatewayStore;
  readonly link: BrokerLink;
  readonly log: Logger;
  readonly bell: Bell;
  readonly flight: Flight;
  readonly tracing: GatewayTracing;
  /** After so long without everything settled the hub is asked. */
  readonly resendMs: number;
}

const FULL_PAUSE_MS = 500;

/**
 * One step of the sender: one frame is on its way to the router, and what gathers until its report comes is the next one,
 * so that frames grow with the load. A frame that was published and not marked (a crash between) is published again under
 * the same id.
 */
export function createSender(deps: SenderDeps): (signal: AbortSignal) => Promise<void> {
  const { identity, store, link, log, bell, flight, tracing, resendMs } = deps;
  return async (signal) => {
    const rest = flight.rest();
    if (rest > 0) return bell.wait(signal, rest);
    // A mark that still waits (the report was faster than the broker's word) would let the frame go a second time.
    await store.flush();
    const frame = store.frames.unsent() ?? (await makeSubmission(identity, store));
    if (frame === undefined) return bell.wait(signal);
    flight.began(frame.number);
    const bus = await link.bus(signal);
    const answer = await tracing.send(frame, (traceparent) =>
      publishOnce(bus, {
        subject: subjects.out('notice', parseFrameId(frame.id)),
        bytes: frameMessage(identity, frame, traceparent),
        signal,
      }),
    );
    log.debug({ frame: frame.id, number: frame.number, count: frame.notices.length, answer }, 'sent');
    if (answer === 'full') return pause(FULL_PAUSE_MS, signal);
    const due = identity.clock().getTime() + resendMs;
    // Until the report comes nothing else is sent; after a crash between, the same frame is met as known.
    store.commitLater(() => store.frames.sent(frame.number, due));
  };
}
