import { freePorts } from '../../../services/cli/init/free-ports.js';
import { readHostConfig } from '../../../services/gateway/config.js';
import { startHost } from '../../../services/gateway/host/host.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { createLogger } from '../../../services/shared/runtime/logger.js';
import { startMetrics } from '../../../services/shared/runtime/metrics-http.js';
import { readSecret } from '../../../services/shared/trust/secret-file.js';
import type { Broker } from '../../support/broker.js';
import { samplesIn } from '../../support/telemetry/samples.js';
import { until } from '../../support/until.js';
import { example, type Json } from '../start-gateway.js';

export interface Answered {
  readonly status: number;
  readonly body: Json;
}

/** The gateways of all organisations of a broker, in this process. */
export interface StartedHost {
  readonly url: string;
  urlOf(org: string): string;
  /** Asks the gateway of an organisation; with its own token unless another is given. */
  get(org: string, path: string, token?: string): Promise<Answered>;
  submit(org: string): Promise<Answered>;
  /** The reasons and the names of the alarms in `/readyz` of an organisation. */
  readiness(
    org: string,
  ): Promise<{ readonly reasons: readonly string[]; readonly alarms: readonly string[] }>;
  untilReady(orgs: readonly string[]): Promise<unknown>;
  /** A sample of the metrics of an organisation, or of the process. */
  sample(name: string, org?: string): Promise<number | undefined>;
  stop(): Promise<void>;
}

export async function startHostOf(broker: Broker): Promise<StartedHost> {
  const ports = await freePorts(broker.orgs.length);
  const config = readHostConfig({
    LIAISON_HOME: broker.home.root,
    LIAISON_NATS_URL: broker.url,
    LIAISON_HOSTED: broker.orgs.map((org, at) => `${org}=${ports[at]}`).join(),
    LIAISON_SWEEP_SECONDS: '1',
  });
  const metrics = await startMetrics(config);
  const host = await startHost(config, { log: createLogger('host', 'silent'), metrics });
  const urlOf = (org: string): string =>
    `http://127.0.0.1:${ports[broker.orgs.findIndex((one) => one === org)]}`;
  const tokenOf = (org: string): string => readSecret(broker.home.org(parseOrgId(org), 'token'));
  const ask = async (url: string, init: RequestInit = {}): Promise<Answered> => {
    const response = await fetch(url, init);
    return { status: response.status, body: (await response.json()) as Json };
  };
  const get: StartedHost['get'] = (org, path, token = tokenOf(org)) =>
    ask(`${urlOf(org)}${path}`, { headers: { authorization: `Bearer ${token}` } });
  const readiness: StartedHost['readiness'] = async (org) => {
    const { body } = await ask(`${urlOf(org)}/readyz`);
    const { reasons, alarms } = body as { reasons: string[]; alarms: { alarm: string }[] };
    return { reasons, alarms: alarms.map(({ alarm }) => alarm) };
  };
  return {
    url: host.url,
    urlOf,
    get,
    readiness,
    submit: (org) =>
      ask(`${urlOf(org)}/v1/notices`, {
        method: 'POST',
        headers: { authorization: `Bearer ${tokenOf(org)}`, 'content-type': 'application/json' },
        body: JSON.stringify(example('yellow')),
      }),
    untilReady: (orgs) =>
      Promise.all(
        orgs.map((org) =>
          // A gateway that opens closes the connections of the address first.
          until(`${org} to be ready`, () =>
            get(org, '/readyz').then(
              ({ status }) => status === 200,
              () => false,
            ),
          ),
        ),
      ),
    sample: async (name, org) => {
      const page = await fetch(org === undefined ? metrics.url : `${metrics.url}/${org}`);
      return samplesIn(await page.text()).get(name);
    },
    stop: async () => {
      await Promise.all([host.stop(), metrics.close()]);
    },
  };
}
