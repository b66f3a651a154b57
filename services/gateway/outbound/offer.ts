import { publishOnce } from '../../shared/bus/publish.js';
import { parseFrameId } from '../../shared/kernel/ids.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { subjects } from '../../shared/wire/subjects.js';
import { type Bell, createBell } from '../bell.js';
import type { Identity } from '../identity.js';
import type { BrokerLink } from '../link.js';
import type { GatewayTracing } from '../tracing.js';
import { frameMessage } from './submission.js';

/** Sends frames to the hub again. */
export interface Offers {
  /**
   * Sends a frame again, with what the hub reported on it; resolves when its report is back. The hub handles the frames of
   * an organisation in order, so a caller that awaits each offer never delays a new notice behind a backlog.
   */
  offer(number: number, signal: AbortSignal): Promise<void>;
  /** Call when the hub has reported on this frame. */
  reported(number: number): void;
}

interface OfferDeps {
  readonly identity: Identity;
  readonly store: GatewayStore;
  readonly link: BrokerLink;
  readonly tracing: GatewayTracing;
}

/** Maximum wait for a report in milliseconds: a hub that is away sends none. */
const REPORT_MS = 5_000;

/** Creates the sender of offers; no report is awaited at first. */
export function createOffers({ identity, store, link, tracing }: OfferDeps): Offers {
  const outstanding = new Map<number, Bell>();
  return {
    offer: async (number, signal) => {
      const frame = store.frames.read(number);
      if (frame === undefined) return;
      const reported = createBell();
      outstanding.set(number, reported);
      try {
        const subject = subjects.out('submission', parseFrameId(frame.id));
        const bus = await link.bus(signal);
        // Ignore the outcome: an unsettled frame is offered again later.
        await tracing.send(frame, (traceparent) =>
          publishOnce(bus, { subject, bytes: frameMessage(identity, frame, traceparent), signal }),
        );
        await reported.wait(signal, REPORT_MS);
      } finally {
        if (outstanding.get(number) === reported) outstanding.delete(number);
      }
    },
    reported: (number) => outstanding.get(number)?.ring(),
  };
}
