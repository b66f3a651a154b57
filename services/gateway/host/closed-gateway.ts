import { systemClock } from '../../shared/kernel/clock.js';
import type { Code, LiaisonError } from '../../shared/kernel/errors.js';
import { createAlarms } from '../../shared/runtime/alarms.js';
import type { Logger } from '../../shared/runtime/logger.js';
import { createMeter, type Meter } from '../../shared/runtime/meter.js';
import { measureReadiness } from '../../shared/runtime/vitals.js';
import type { GatewayConfig } from '../config.js';
import { listenForHealth } from './health-http.js';

/** What answers at the address of a gateway while it is closed. */
export interface ClosedGateway {
  readonly meter: Meter;
  reasons(): readonly Code[];
  /** Raises the alarm and answers at the address, if it is free. */
  enter(failure: LiaisonError): Promise<void>;
  /** Ends the alarm and frees the address. */
  leave(): Promise<void>;
}

/** Creates the answers of a closed gateway, not listening yet. */
export function createClosedGateway(config: GatewayConfig, log: Logger): ClosedGateway {
  const meter = createMeter();
  const alarms = createAlarms({ log, meter, clock: systemClock });
  const report = alarms.follow('gateway-closed', 'gateway');
  let code: Code = 'not-ready';
  let server: Awaited<ReturnType<typeof listenForHealth>> | undefined;
  const reasons = (): readonly Code[] => [code];
  measureReadiness(meter, reasons);
  return {
    meter,
    reasons,
    enter: async (failure) => {
      code = failure.code;
      report(failure);
      server ??= await listenForHealth(config, { log, alarms, reasons }).catch((error: unknown) => {
        log.error({ err: error }, 'the address of the closed gateway cannot be listened on');
        return undefined;
      });
    },
    leave: async () => {
      report(undefined);
      await server?.close();
      server = undefined;
    },
  };
}
