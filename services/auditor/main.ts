import { join } from 'node:path';
import { connectService } from '../shared/bus/connect.js';
import { systemClock } from '../shared/kernel/clock.js';
import { type Running, runProcess } from '../shared/runtime/lifecycle.js';
import { type Alarms, createAlarms } from '../shared/runtime/alarms.js';
import { createLogger } from '../shared/runtime/logger.js';
import { startMetrics } from '../shared/runtime/metrics-http.js';
import { watchHubContract } from '../shared/trust/directory/hub-contract.js';
import { directoryAlarms } from '../shared/trust/directory/directory-alarms.js';
import type { Home } from '../shared/runtime/home.js';
import type { DirectoryHolder } from '../shared/trust/directory-holder.js';
import { watchHomeDirectory } from '../shared/trust/kept-directory.js';
import { requireHomeContract } from '../shared/trust/home-contract.js';
import { readByteSigner } from '../shared/trust/byte-signer.js';
import { followKey, openSigner } from '../shared/trust/own-signer.js';
import { readSecret } from '../shared/trust/secret-file.js';
import { openArchive } from './archive.js';
import { createAuditor } from './auditor.js';
import { watchCallers } from '../shared/trust/callers.js';
import { readAuditorConfig } from './config.js';
import { openPolicyArchive } from './policy-archive.js';

const log = createLogger('auditor');
const LOADER = new URL('./load-child.js', import.meta.url);

async function start(): Promise<Running> {
  const { home, natsUrl, natsTls, ...config } = readAuditorConfig(process.env);
  requireHomeContract(home);
  const metrics = await startMetrics(config);
  const { meter } = metrics;
  const alarms = createAlarms({ log, meter, clock: systemClock });
  const directory = await watchHomeDirectory(home, home.auditorData, directoryAlarms(alarms));
  watchHubContract(directory, alarms);
  const keys = await openKeys(home, { directory, alarms });
  const onTokens = alarms.follow('tokens-unreadable', 'tokens.json');
  const callers = watchCallers(home.hub('auditor', 'tokens.json'), onTokens);
  const archive = await openArchive(home.auditorData, {
    onPutAside: alarms.follow('database-put-aside', 'index.db'),
    onBehind: alarms.follow('index-behind', 'index.db'),
  });
  const bus = await connectService({
    servers: natsUrl,
    tls: natsTls,
    seed: readSecret(home.hub('auditor', 'core.nk')),
    role: 'auditor',
    name: 'auditor',
    onConnectionEvent: ({ type, message }) => log.warn({ type }, message),
  });
  const policies = openPolicyArchive(join(home.auditorData, 'policies'));
  const own = { bus, archive, policies, loader: LOADER, directory: directory.current, callers };
  const auditor = await createAuditor({ log, alarms, meter, clock: systemClock, ...own, ...keys, ...config });
  return {
    ready: { url: auditor.url, metrics: metrics.url },
    stop: async () => {
      await Promise.all([auditor.stop(), metrics.close()]);
      directory.stop();
      await bus.close();
      await archive.close();
    },
  };
}

interface KeyDeps {
  readonly directory: DirectoryHolder;
  readonly alarms: Alarms;
}

/** Opens the key that signs heartbeats, and that of the log. */
async function openKeys(home: Home, { directory, alarms }: KeyDeps) {
  const following = (name: string) => ({
    directory,
    clock: systemClock,
    onAlarm: alarms.follow('key-not-read', name),
  });
  const [audit, own] = ['audit.jwk', 'log.jwk'] as const;
  return {
    signer: await openSigner(home.hub('auditor', audit), following(audit)),
    logKey: await followKey(home.hub('auditor', own), readByteSigner, following(own)),
    logFolder: join(home.auditorData, 'log'),
  };
}

await runProcess(log, start);
