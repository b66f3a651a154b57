import { publishOnce } from '../../shared/bus/publish.js';
import { parseFrameId } from '../../shared/kernel/ids.js';
import type { Logger } from '../../shared/runtime/logger.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { subjects } from '../../shared/wire/subjects.js';
import type { Bell } from '../bell.js';
import type { SendPacing } from './send-pacing.js';
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
  readonly pacing: SendPacing;
  readonly tracing: GatewayTracing;
  /** How long after a frame was sent the hub is asked about it, if it is not settled by then. */
  readonly resendMs: number;
}

const STREAM_FULL_PAUSE_MS = 500;

/**
 * Creates the step that sends the next frame. One frame is in flight at a time and the notices that gather until its report
 * arrives form the next, so frames grow with the load. A frame that was published, but not marked as sent before a crash, is
 * published again under the same id.
 */
export function createSender(deps: SenderDeps): (signal: AbortSignal) => Promise<void> {
  const { identity, store, link, log, bell, pacing, tracing, resendMs } = deps;
  return async (signal) => {
    const waitMs = pacing.waitMs();
    if (waitMs > 0) return bell.wait(signal, waitMs);
    // Where the report was faster than the broker's confirmation, the last frame is not marked yet and would be sent twice.
    await store.flush();
    const frame = store.frames.unsent() ?? (await makeSubmission(identity, store));
    if (frame === undefined) return bell.wait(signal);
    pacing.sent(frame.number);
    const bus = await link.bus(signal);
    const answer = await tracing.send(frame, (traceparent) =>
      publishOnce(bus, {
        subject: subjects.out('submission', parseFrameId(frame.id)),
        bytes: frameMessage(identity, frame, traceparent),
        signal,
      }),
    );
    log.debug(
      { frame: frame.id, number: frame.number, count: frame.notices.length + frame.items.length, answer },
      'sent',
    );
    if (answer === 'full') return pause(STREAM_FULL_PAUSE_MS, signal);
    const due = identity.clock().getTime() + resendMs;
    // The mark can wait: nothing is sent before the report, and after a crash the router recognises the frame.
    store.commitLater(() => store.frames.sent(frame.number, due));
  };
}
