import { systemClock } from '../shared/kernel/clock.js';
import { type Running, runProcess } from '../shared/runtime/lifecycle.js';
import { createAlarms } from '../shared/runtime/alarms.js';
import { createLogger } from '../shared/runtime/logger.js';
import { startMetrics } from '../shared/runtime/metrics-http.js';
import { isGiven } from '../shared/runtime/settings.js';
import { requireHomeContract } from '../shared/trust/home-contract.js';
import { readGatewayConfig, readHostConfig } from './config.js';
import { startHost } from './host/host.js';
import { openGateway } from './open-gateway.js';

const log = createLogger('gateway');

async function startGateway(): Promise<Running> {
  const config = readGatewayConfig(process.env);
  requireHomeContract(config.home);
  const metrics = await startMetrics(config);
  const { meter } = metrics;
  const alarms = createAlarms({ log, meter, clock: systemClock });
  const gateway = await openGateway(config, { log, alarms, meter });
  return {
    ready: { url: gateway.url, metrics: metrics.url, org: config.org },
    failed: gateway.failed,
    stop: async () => {
      await Promise.all([gateway.stop(), metrics.close()]);
    },
  };
}

async function startGateways(): Promise<Running> {
  const config = readHostConfig(process.env);
  requireHomeContract(config.home);
  const metrics = await startMetrics(config);
  const host = await startHost(config, { log, metrics });
  return {
    ready: { url: host.url, metrics: metrics.url, orgs: config.gateways.map(({ org }) => org) },
    stop: async () => {
      await Promise.all([host.stop(), metrics.close()]);
    },
  };
}

await runProcess(log, isGiven('hosted', process.env) ? startGateways : startGateway);
