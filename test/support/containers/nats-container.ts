import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { monitoringAt } from '../../../services/shared/bus/monitoring.js';
import type { NatsServer } from '../../../services/shared/bus/nats-server.js';
import type { Home } from '../../../services/shared/runtime/home.js';
import { readSecret } from '../../../services/shared/trust/secret-file.js';
import { signalContainer } from './signal-container.js';
import { TEST_LABELS } from './test-project.js';

const IMAGE = 'liaison-nats:forky';

/** The broker of a home in a container of its own: the same configuration, on the same addresses of the loopback. */
export async function startNatsContainer(home: Home): Promise<NatsServer> {
  // Only here: it takes over signals of the whole process, SIGXFSZ of a full disk among them.
  const { GenericContainer, Wait } = await import('testcontainers');
  // The reaper's image would have to be pulled; `exited` removes the container.
  process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true';
  const conf = home.nats('nats.conf');
  const [listen = '', monitor = ''] = ['listen', 'http'].map(
    (name) => new RegExp(`^${name}: "([^"]+)"$`, 'm').exec(readFileSync(conf, 'utf8'))?.[1],
  );
  const folder = dirname(conf);
  const container = await new GenericContainer(IMAGE)
    .withEntrypoint(['nats-server'])
    .withCommand(['--config', conf])
    .withWorkingDir(folder)
    .withLabels(TEST_LABELS)
    .withNetworkMode('host')
    .withUser(`${process.getuid?.()}:${process.getgid?.()}`)
    .withBindMounts([{ source: folder, target: folder, mode: 'rw' }])
    .withEnvironment({ LIAISON_JS_KEY: readSecret(home.nats('js.key')) })
    .withWaitStrategy(Wait.forLogMessage('Server is ready'))
    .start();
  const id = container.getId();
  const ended = signalContainer.wait(id);
  const exited = ended.then(async (code) => {
    await signalContainer.remove(id);
    return code;
  });
  return {
    url: `nats://${listen}`,
    monitoring: monitoringAt(`http://${monitor}`),
    pid: 0,
    exited,
    kill: (signal) => signalContainer.kill(id, signal),
    stop: async () => {
      signalContainer.kill(id, 'SIGTERM');
      await exited;
    },
  };
}
