import { connectWhenThere } from '../shared/bus/connect.js';
import { systemClock } from '../shared/kernel/clock.js';
import { type Running, runProcess } from '../shared/runtime/lifecycle.js';
import { alarmTo, createLogger } from '../shared/runtime/logger.js';
import { startMetrics } from '../shared/runtime/metrics-http.js';
import { watchDirectory } from '../shared/trust/directory-holder.js';
import { readSigner } from '../shared/trust/keys.js';
import { readAnchor } from '../shared/trust/read-directory.js';
import { readSecret } from '../shared/trust/secret-file.js';
import { openArchive } from './archive.js';
import { createAuditor } from './auditor.js';
import { watchCallers } from '../shared/trust/callers.js';
import { readAuditorConfig } from './config.js';

const log = createLogger('auditor');

const onAlarm = alarmTo(log);

async function start(): Promise<Running> {
  const { home, natsUrl, natsTls, ...config } = readAuditorConfig(process.env);
  const metrics = await startMetrics(config);
  const directory = await watchDirectory(home.directory, readAnchor(home), { onAlarm });
  const signer = await readSigner(home.hub('auditor', 'audit.jwk'));
  const callers = watchCallers(home.hub('auditor', 'tokens.json'), onAlarm);
  const archive = await openArchive(home.auditorData, onAlarm);
  const bus = await connectWhenThere({
    servers: natsUrl,
    tls: natsTls,
    seed: readSecret(home.hub('auditor', 'core.nk')),
    role: 'auditor',
    name: 'auditor',
    onTrouble: ({ type, message }) => log.warn({ type }, message),
  });
  const { meter } = metrics;
  const deps = { bus, archive, directory: directory.current, signer, clock: systemClock, log, callers };
  const auditor = await createAuditor({ ...deps, ...config, meter });
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

await runProcess(log, start);
