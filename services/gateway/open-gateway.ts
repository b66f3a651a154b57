import type { Alarms } from '../shared/runtime/alarms.js';
import type { Logger } from '../shared/runtime/logger.js';
import type { Meter } from '../shared/runtime/meter.js';
import { openTracer } from '../shared/runtime/open-tracer.js';
import type { Tracer } from '../shared/runtime/tracer.js';
import type { GatewayConfig } from './config.js';
import { createGateway, type Gateway } from './gateway.js';
import { openBrokerLogin } from './keys/broker-login.js';
import { closePlace, openPlace } from './open-state.js';

interface OpenGatewayDeps {
  readonly log: Logger;
  readonly alarms: Alarms;
  readonly meter: Meter;
  /** Called when all but the address is open; resolves when the address is free. */
  readonly freeAddress?: () => Promise<void>;
}

/** Opens the state of one organisation and starts its gateway. Throws as `openPlace`, and leaves nothing open then. */
export async function openGateway(config: GatewayConfig, deps: OpenGatewayDeps): Promise<Gateway> {
  const { org, natsUrl: servers, natsTls: tls } = config;
  const { log, freeAddress } = deps;
  const place = await openPlace(config, deps);
  let tracer: Tracer | undefined;
  try {
    const login = openBrokerLogin(place.seed, { servers, tls, name: `gateway-${org}` });
    tracer = await openTracer(config, { service: 'liaison-gateway', instance: org, log });
    await freeAddress?.();
    const gateway = await createGateway({
      ...place,
      ...deps,
      tracer,
      settings: config,
      login,
    });
    return {
      ...gateway,
      stop: async () => {
        await gateway.stop().finally(place.directory.stop);
        await tracer?.close();
      },
    };
  } catch (error) {
    await tracer?.close();
    await closePlace(place);
    throw error;
  }
}
