import { join } from 'node:path';
import { connectService } from '../shared/bus/connect.js';
import { systemClock } from '../shared/kernel/clock.js';
import { type Running, runProcess } from '../shared/runtime/lifecycle.js';
import { type Alarms, createAlarms } from '../shared/runtime/alarms.js';
import { createLogger } from '../shared/runtime/logger.js';
import { type MetricsConfig, startMetrics } from '../shared/runtime/metrics-http.js';
import { isGiven } from '../shared/runtime/settings.js';
import { watchHubContract } from '../shared/trust/directory/hub-contract.js';
import { directoryAlarms } from '../shared/trust/directory/directory-alarms.js';
import type { Home } from '../shared/runtime/home.js';
import type { DirectoryEvents, DirectoryHolder } from '../shared/trust/directory-holder.js';
import { watchHomeDirectory } from '../shared/trust/kept-directory.js';
import { requireHomeContract } from '../shared/trust/home-contract.js';
import { importByteSigner } from '../shared/trust/byte-signer.js';
import { followKey, openSigner } from '../shared/trust/signers/own-signer.js';
import { readSecret } from '../shared/trust/secret-file.js';
import { openArchive } from './archive.js';
import { createAuditor } from './auditor.js';
import { watchCallers } from '../shared/trust/callers.js';
import { readAuditorConfig, readMirrorConfig } from './config.js';
import { createMirror } from './mirror/mirror.js';
import { openPolicyArchive } from './policy-archive.js';

const log = createLogger('auditor');
const LOADER = new URL('./load-child.js', import.meta.url);

async function startAuditor(): Promise<Running> {
  const { home, natsUrl, natsTls, ...config } = readAuditorConfig(process.env);
  const base = await openBase(home, config);
  const { alarms, directory, metrics } = base;
  watchHubContract(directory, alarms);
  const keys = await openKeys(home, { directory, alarms });
  const bus = await connectService({
    servers: natsUrl,
    tls: natsTls,
    seed: readSecret(home.hub('auditor', 'core.nk')),
    role: 'auditor',
    name: 'auditor',
    onConnectionEvent: ({ type, message }) => log.warn({ type }, message),
  });
  const policies = openPolicyArchive(join(home.auditorData, 'policies'));
  const own = { bus, policies, loader: LOADER, ...keys, ...config };
  const auditor = await createAuditor({ ...base.deps, ...own });
  return {
    ready: { url: auditor.url, metrics: metrics.url },
    stop: async () => {
      await auditor.stop();
      await bus.close();
      await base.close();
    },
  };
}

async function startMirror(): Promise<Running> {
  const { home, mirrorOf, ...config } = readMirrorConfig(process.env);
  const base = await openBase(home, config, { fileMayBeOld: true });
  const mirror = await createMirror({
    ...base.deps,
    ...config,
    primary: { url: mirrorOf, token: readSecret(home.hub('auditor', 'mirror.token')) },
    adoptDirectory: base.directory.adopt,
    folder: home.auditorData,
    openArchive: base.openArchive,
  });
  return {
    ready: { url: mirror.url, metrics: base.metrics.url },
    stop: async () => {
      await mirror.stop();
      await base.close();
    },
  };
}

/** Opens what an auditor and a mirror have in common: directory, callers, archive, alarms and metrics. */
async function openBase(
  home: Home,
  config: MetricsConfig,
  events: Pick<DirectoryEvents, 'fileMayBeOld'> = {},
) {
  requireHomeContract(home);
  const metrics = await startMetrics(config);
  const { meter } = metrics;
  const alarms = createAlarms({ log, meter, clock: systemClock });
  const directory = await watchHomeDirectory(home, home.auditorData, {
    ...directoryAlarms(alarms),
    ...events,
  });
  const onTokens = alarms.follow('tokens-unreadable', 'tokens.json');
  const callers = watchCallers(home.hub('auditor', 'tokens.json'), onTokens);
  const open = (folder: string) =>
    openArchive(folder, {
      onPutAside: alarms.follow('database-put-aside', 'index.db'),
      onBehind: alarms.follow('index-behind', 'index.db'),
    });
  const archive = await open(home.auditorData);
  const logFolder = join(home.auditorData, 'log');
  const shared = { log, alarms, meter, clock: systemClock };
  return {
    alarms,
    directory,
    metrics,
    openArchive: open,
    deps: { ...shared, directory: directory.current, callers, archive, logFolder },
    close: async (): Promise<void> => {
      await metrics.close();
      directory.stop();
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
    logKey: await followKey(home.hub('auditor', own), importByteSigner, following(own)),
  };
}

await runProcess(log, isGiven('mirrorOf', process.env) ? startMirror : startAuditor);
