import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '../../../services/cli/init/free-ports.js';
import { startDaemon } from './daemon.js';
import { findProgram } from '../../../services/shared/kernel/find-program.js';
import { hasPackage } from './has-package.js';
import { AHEAD, type Peer, type PeerClient } from './peer.js';

/** Mosquitto with QoS 1, a persistent session, and persistence to disk. */
export const mosquittoPeer: Peer = {
  name: 'Mosquitto, QoS 1',
  confirms: 'in memory, saved every half hour and at the end',
  missing: (env) => {
    if (findProgram('mosquitto', env) === undefined) return 'not installed: `apt install mosquitto`';
    return hasPackage('mqtt')
      ? undefined
      : 'its client `mqtt` is not installed: `npm ci` without `--omit=dev`';
  },
  start: async (folder, env) => {
    const [port = 0] = await freePorts(1);
    const [conf, data] = [join(folder, 'mosquitto.conf'), join(folder, 'data')];
    mkdirSync(data);
    writeFileSync(conf, configuration(port, data));
    const daemon = await startDaemon({
      program: findProgram('mosquitto', env) ?? 'mosquitto',
      args: ['-c', conf],
      log: join(folder, 'log'),
      port,
    });
    return { ...daemon, connect: () => connectTo(`mqtt://127.0.0.1:${port}`) };
  },
};

/**
 * Returns the configuration. Keeps root as the user, as the server would switch to one that cannot write
 * here.
 */
function configuration(port: number, data: string): string {
  return [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    'persistence true',
    `persistence_location ${data}/`,
    `max_inflight_messages ${AHEAD}`,
    // By default the server drops messages once a thousand are queued.
    'max_queued_messages 0',
    'log_dest stderr',
    'log_type error',
    ...(process.getuid?.() === 0 ? ['user root'] : []),
    '',
  ].join('\n');
}

const TOPIC = 'notices';

async function connectTo(url: string): Promise<PeerClient> {
  const { connectAsync } = await import('mqtt');
  const [publisher, consumer] = await Promise.all([
    connectAsync(url, { clientId: 'publisher' }),
    connectAsync(url, { clientId: 'consumer', clean: false }),
  ]);
  return {
    publish: async (bytes) => void (await publisher.publishAsync(TOPIC, Buffer.from(bytes), { qos: 1 })),
    consume: async (take) => {
      consumer.on('message', (_, bytes) => take(bytes));
      await consumer.subscribeAsync(TOPIC, { qos: 1 });
    },
    close: async () => {
      await Promise.all([publisher.endAsync(), consumer.endAsync()]);
    },
  };
}
