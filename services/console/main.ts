import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { connectService, type ConnectionEvent } from '../shared/bus/connect.js';
import { systemClock } from '../shared/kernel/clock.js';
import { createLoadInChild } from '../shared/policy/load/load-in-child.js';
import { type Running, runProcess } from '../shared/runtime/lifecycle.js';
import type { Home } from '../shared/runtime/home.js';
import { createAlarms } from '../shared/runtime/alarms.js';
import { createLogger } from '../shared/runtime/logger.js';
import { startMetrics } from '../shared/runtime/metrics-http.js';
import { openSimulatedList } from '../shared/runtime/simulated-list.js';
import { readAcknowledged } from '../shared/store/acknowledged-alarms.js';
import { openConsoleStore } from '../shared/store/console/console-store.js';
import { watchCallers } from '../shared/trust/callers.js';
import { directoryAlarms } from '../shared/trust/directory/directory-alarms.js';
import { watchHomeDirectory } from '../shared/trust/kept-directory.js';
import { requireHomeContract } from '../shared/trust/home-contract.js';
import { readSecret } from '../shared/trust/secret-file.js';
import { readConsoleConfig } from './config.js';
import { createConsole } from './console.js';

const log = createLogger('console');

async function start(): Promise<Running> {
  const { home, natsUrl, natsTls, keptMs, keptEvents, ...config } = readConsoleConfig(process.env);
  requireHomeContract(home);
  const metrics = await startMetrics(config);
  const { meter } = metrics;
  const alarms = createAlarms({ log, meter, clock: systemClock });
  const directory = await watchHomeDirectory(home, home.hub('console'), directoryAlarms(alarms));
  const onTokens = alarms.follow('tokens-unreadable', 'tokens.json');
  const callers = watchCallers(home.hub('console', 'tokens.json'), onTokens);
  const onAlarm = alarms.follow('database-put-aside', 'console.db');
  const store = openConsoleStore(home.hub('console', 'console.db'), { keptMs, most: keptEvents, onAlarm });
  const auditorToken = home.hub('console', 'auditor.token');
  const commandSeed = home.hub('console', 'command.nk');
  const connect = (path: string) => connector({ servers: natsUrl, tls: natsTls, seed: readSecret(path) });
  const running = await createConsole({
    ...config,
    store,
    log,
    alarms,
    meter,
    clock: systemClock,
    directory: directory.current,
    callers,
    signInLinks: home.hub('console', 'links'),
    connect: connect(home.hub('console', 'watch.nk')),
    // A home of an earlier release has neither: the page says so, and everything else works.
    connectCommand: existsSync(commandSeed) ? connect(commandSeed) : undefined,
    ...marksOf(home),
    auditorToken: () => (existsSync(auditorToken) ? readSecret(auditorToken) : undefined),
    loadPolicies: createLoadInChild(new URL('./load-child.js', import.meta.url)),
    ...BUILT,
  });
  return {
    ready: { url: running.url, metrics: metrics.url },
    stop: async () => {
      await Promise.all([running.stop(), metrics.close()]);
      directory.stop();
      store.close();
    },
  };
}

/** What people and the simulator say about attacks and alarms, from the home. */
const marksOf = (home: Home) => ({
  simulated: openSimulatedList(home.simulated),
  acknowledged: () => readAcknowledged(home.acknowledged),
});

/** What the build puts beside this file. */
const BUILT = {
  policyChild: new URL('./policies/child.js', import.meta.url),
  page: fileURLToPath(new URL('./page/', import.meta.url)),
};

function connector(broker: { readonly servers: string; readonly tls: string; readonly seed: string }) {
  const onConnectionEvent = ({ type, message }: ConnectionEvent): void => log.warn({ type }, message);
  return () => connectService({ ...broker, role: 'console', name: 'console', onConnectionEvent });
}

await runProcess(log, start);
