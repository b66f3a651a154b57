import { connectAs } from '../shared/bus/connect.js';
import { runProcess } from '../shared/runtime/lifecycle.js';
import { createLogger } from '../shared/runtime/logger.js';
import { readSecret } from '../shared/trust/secret-file.js';
import { readGatewayConfig } from './config.js';
import { createGateway } from './gateway.js';
import { openPlace } from './place.js';

const log = createLogger('gateway');

await runProcess(log, async () => {
  const config = readGatewayConfig(process.env);
  const { org, natsUrl, settings } = config;
  const place = await openPlace(config, log);
  const seed = readSecret(place.seed);
  const gateway = await createGateway({
    ...place,
    log,
    settings,
    connect: (onTrouble) =>
      connectAs({ servers: natsUrl, seed, role: 'gateway', name: `gateway-${org}`, onTrouble }),
  });
  return {
    ready: { url: gateway.url, org },
    stop: async () => {
      await gateway.stop();
      place.identity.directory.stop();
    },
  };
});
