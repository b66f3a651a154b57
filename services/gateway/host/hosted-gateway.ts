import { systemClock } from '../../shared/kernel/clock.js';
import { type Code, errorFrom, type LiaisonError } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import { pause, unlessAborted } from '../../shared/kernel/pause.js';
import { createAlarms } from '../../shared/runtime/alarms.js';
import type { Logger } from '../../shared/runtime/logger.js';
import { createMeter, type Meter } from '../../shared/runtime/meter.js';
import type { GatewayConfig } from '../config.js';
import type { Gateway } from '../gateway.js';
import { openGateway } from '../open-gateway.js';
import { createClosedGateway } from './closed-gateway.js';

/** The gateway of one organisation in a host. While it is closed, its address says why. */
interface HostedGateway {
  readonly org: OrgId;
  /** Resolves when it was opened, or failed to, for the first time. */
  readonly tried: Promise<void>;
  /** Error codes; empty while it exchanges notices. */
  reasons(): readonly Code[];
  /** The metrics of the open gateway, else those of the closed one. */
  meter(): Meter;
  stop(): Promise<void>;
}

/** Keeps the gateway of one organisation open until `stop`: after a failure it is closed, and opened again. */
export function hostGateway(config: GatewayConfig, log: Logger): HostedGateway {
  const ending = new AbortController();
  const closed = createClosedGateway(config, log);
  let open: { readonly gateway: Gateway; readonly meter: Meter } | undefined;
  let onTried = (): void => undefined;
  const tried = new Promise<void>((resolve) => (onTried = resolve));
  const serve = async (): Promise<LiaisonError | void> => {
    const meter = createMeter();
    const alarms = createAlarms({ log, meter, clock: systemClock });
    const gateway = await openGateway(config, { log, alarms, meter, freeAddress: closed.leave });
    open = { gateway, meter };
    onTried();
    const failure = await unlessAborted(gateway.failed, ending.signal);
    open = undefined;
    await gateway.stop().catch((error: unknown) => log.error({ err: error }, 'stop failed'));
    return failure;
  };
  const onFailed = async (failure: LiaisonError): Promise<void> => {
    await closed.enter(failure);
    onTried();
  };
  const running = keepServing({ serve, onFailed, ending: ending.signal }).then(closed.leave);
  return {
    org: config.org,
    tried,
    reasons: () => open?.gateway.reasons() ?? closed.reasons(),
    meter: () => open?.meter ?? closed.meter,
    stop: () => {
      ending.abort();
      return running;
    },
  };
}

interface KeepServingParams {
  /** Opens the gateway and serves until it fails, or until the end; returns or throws the failure. */
  readonly serve: () => Promise<LiaisonError | void>;
  readonly onFailed: (failure: LiaisonError) => Promise<void>;
  readonly ending: AbortSignal;
}

/** The pause before a closed gateway is opened again, doubled with each failure in a row. */
const [FIRST_PAUSE_MS, MAX_PAUSE_MS] = [1_000, 60_000];
/** After a gateway was open for this long, its next failure is the first of a row. */
const STEADY_MS = 60_000;

async function keepServing({ serve, onFailed, ending }: KeepServingParams): Promise<void> {
  let pauseMs = FIRST_PAUSE_MS;
  while (!ending.aborted) {
    const began = performance.now();
    const failure = await serve().catch(errorFrom);
    if (ending.aborted) return;
    if (performance.now() - began > STEADY_MS) pauseMs = FIRST_PAUSE_MS;
    if (failure !== undefined) await onFailed(failure);
    await pause(pauseMs, ending);
    pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS);
  }
}
