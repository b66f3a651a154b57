import { connectAs } from '../shared/bus/connect.js';
import { runProcess } from '../shared/runtime/lifecycle.js';
import { systemClock } from '../shared/kernel/clock.js';
import { createAlarms } from '../shared/runtime/alarms.js';
import { createLogger } from '../shared/runtime/logger.js';
import { startMetrics } from '../shared/runtime/metrics-http.js';
import { openTracer } from '../shared/runtime/open-tracer.js';
import { requireHomeContract } from '../shared/trust/home-contract.js';
import { readSecret } from '../shared/trust/secret-file.js';
import { readGatewayConfig } from './config.js';
import { createGateway } from './gateway.js';
import { openPlace } from './open-state.js';

const log = createLogger('gateway');

await runProcess(log, async () => {
  const config = readGatewayConfig(process.env);
  const { home, org, natsUrl, natsTls } = config;
  requireHomeContract(home);
  const metrics = await startMetrics(config);
  const tracer = await openTracer(config, { service: 'liaison-gateway', instance: org, log });
  const { meter } = metrics;
  const alarms = createAlarms({ log, meter, clock: systemClock });
  const place = await openPlace(config, { log, alarms });
  const seed = readSecret(place.seed);
  const gateway = await createGateway({
    ...place,
    log,
    alarms,
    meter,
    tracer,
    settings: config,
    connect: (onConnectionEvent) =>
      connectAs({
        servers: natsUrl,
        tls: natsTls,
        seed,
        role: 'gateway',
        name: `gateway-${org}`,
        onConnectionEvent,
      }),
  });
  return {
    ready: { url: gateway.url, metrics: metrics.url, org },
    stop: async () => {
      await Promise.all([gateway.stop(), metrics.close()]);
      await tracer?.close();
      place.identity.directory.stop();
    },
  };
});
