import { systemClock } from '../../shared/kernel/clock.js';
import type { Code } from '../../shared/kernel/errors.js';
import { createAlarms } from '../../shared/runtime/alarms.js';
import type { Logger } from '../../shared/runtime/logger.js';
import type { Metrics } from '../../shared/runtime/metrics-http.js';
import { measureReadiness } from '../../shared/runtime/vitals.js';
import type { HostConfig } from '../config.js';
import { hostGateway } from './hosted-gateway.js';
import { listenForHealth } from './health-http.js';

/** The gateways of several organisations in this process. */
interface Host {
  /** Where the process answers for all of them: `/healthz`, and `/readyz` with the reasons of each organisation. */
  readonly url: string;
  stop(): Promise<void>;
}

interface HostDeps {
  readonly log: Logger;
  readonly metrics: Metrics;
}

/**
 * Starts a gateway for each organisation of the configuration, with keys, database, tokens, connection, address, alarms and
 * metrics of its own. A gateway that cannot be opened, or whose database fails, is tried again; the others serve meanwhile.
 * Resolves when each was tried once. An error that no gateway catches ends the process.
 */
export async function startHost(config: HostConfig, { log, metrics }: HostDeps): Promise<Host> {
  const gateways = config.gateways.map((one) => hostGateway(one, log.child({ organisation: one.org })));
  for (const { org, meter } of gateways) metrics.addPart(org, meter);
  await Promise.all(gateways.map(({ tried }) => tried));
  const reasonsByOrg = (): readonly (readonly [string, readonly Code[]])[] =>
    gateways.map((gateway) => [gateway.org, gateway.reasons()]);
  const reasons = (): readonly Code[] => [...new Set(reasonsByOrg().flatMap(([, codes]) => codes))];
  measureReadiness(metrics.meter, reasons);
  const health = await listenForHealth(config, {
    log,
    alarms: createAlarms({ log, meter: metrics.meter, clock: systemClock }),
    reasons,
    organisations: () => Object.fromEntries(reasonsByOrg()),
  });
  return {
    url: health.url,
    stop: async () => {
      await Promise.all([...gateways.map((gateway) => gateway.stop()), health.close()]);
    },
  };
}
