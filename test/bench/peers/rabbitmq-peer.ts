import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '../../../services/cli/init/free-ports.js';
import { startDaemon } from './daemon.js';
import { findProgram } from '../../../services/shared/kernel/find-program.js';
import { hasPackage } from './has-package.js';
import { AHEAD, type Peer, type PeerClient, type RunningPeer } from './peer.js';

/**
 * The folder of the script from Debian's package, as the wrapper on the PATH switches to the user of the
 * package.
 */
const DEBIAN = ['/usr/lib/rabbitmq/bin'];
const findServer = (env: NodeJS.ProcessEnv): string | undefined =>
  findProgram('rabbitmq-server', env, DEBIAN);

/** RabbitMQ with a quorum queue of one node and publisher confirms. */
export const rabbitmqPeer: Peer = {
  name: 'RabbitMQ, quorum queue',
  confirms: 'on the disk, in batches',
  missing: (env) => {
    if (findServer(env) === undefined) return 'not installed: `apt install rabbitmq-server`';
    if (findProgram('epmd', env) === undefined)
      return 'Erlang’s `epmd` is not installed: `apt install erlang-base`';
    return hasPackage('amqplib')
      ? undefined
      : 'its client `amqplib` is not installed: `npm ci` without `--omit=dev`';
  },
  start,
};

/** Starts RabbitMQ with a separate `epmd` on its own port, so that the machine's `epmd` is not used. */
async function start(folder: string, env: NodeJS.ProcessEnv): Promise<RunningPeer> {
  const [port = 0, names = 0, distribution = 0] = await freePorts(3);
  const around = { HOME: folder, ERL_EPMD_PORT: String(names), ERL_EPMD_ADDRESS: '127.0.0.1' };
  const epmd = await startDaemon({
    program: findProgram('epmd', env) ?? 'epmd',
    args: [],
    env: around,
    log: join(folder, 'epmd.log'),
    port: names,
  });
  try {
    const settings = settingsIn(folder, { port, distribution });
    const server = await startDaemon({
      program: findServer(env) ?? 'rabbitmq-server',
      args: [],
      env: { ...around, ...settings },
      log: join(folder, 'log'),
      port,
    });
    return {
      // The started program is a script; the server writes its own process id to this file.
      pid: Number(readFileSync(settings.RABBITMQ_PID_FILE, 'utf8')),
      connect: () => connectTo(`amqp://guest:guest@127.0.0.1:${port}`),
      stop: async () => {
        await server.stop();
        await epmd.stop();
      },
    };
  } catch (error) {
    await epmd.stop();
    throw error;
  }
}

interface Ports {
  readonly port: number;
  readonly distribution: number;
}

function settingsIn(folder: string, { port, distribution }: Ports) {
  const [plugins, environment] = [join(folder, 'enabled_plugins'), join(folder, 'rabbitmq-env.conf')];
  writeFileSync(plugins, '[].\n');
  writeFileSync(environment, '');
  const [data, logs] = [join(folder, 'data'), join(folder, 'logs')];
  for (const made of [data, logs]) mkdirSync(made);
  return {
    RABBITMQ_NODENAME: 'liaison-bench@localhost',
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(distribution),
    RABBITMQ_MNESIA_BASE: data,
    RABBITMQ_LOG_BASE: logs,
    RABBITMQ_PID_FILE: join(folder, 'pid'),
    RABBITMQ_ENABLED_PLUGINS_FILE: plugins,
    RABBITMQ_CONF_ENV_FILE: environment,
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-start_epmd false -kernel inet_dist_use_interface {127,0,0,1}',
  };
}

const QUEUE = 'notices';

async function connectTo(url: string): Promise<PeerClient> {
  const { connect } = await import('amqplib');
  const [publishing, consuming] = await Promise.all([connect(url), connect(url)]);
  const [publisher, consumer] = [await publishing.createConfirmChannel(), await consuming.createChannel()];
  await consumer.assertQueue(QUEUE, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  return {
    publish: (bytes) =>
      new Promise((resolve, reject) => {
        publisher.sendToQueue(QUEUE, Buffer.from(bytes), { persistent: true }, (error: unknown) =>
          error ? reject(error as Error) : resolve(),
        );
      }),
    consume: async (take) => {
      await consumer.prefetch(AHEAD);
      await consumer.consume(QUEUE, (message) => {
        if (message === null) return;
        take(message.content);
        consumer.ack(message);
      });
    },
    close: async () => {
      await Promise.all([publishing.close(), consuming.close()]);
    },
  };
}
