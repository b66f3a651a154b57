import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openBareStream } from '../../../services/shared/bus/bare-stream.js';
import { freePorts } from '../../../services/cli/init/free-ports.js';
import { findServer } from '../../../services/cli/up/nats-process.js';
import { startDaemon } from './daemon.js';
import { AHEAD, type Peer } from './peer.js';

/**
 * NATS alone with a file-backed JetStream stream, in its default configuration or syncing each write first.
 */
export function natsPeer(sync: 'default' | 'always'): Peer {
  return {
    name: `nats-server, sync ${sync}`,
    confirms: sync === 'always' ? 'on the disk, each message' : 'written, synced within two minutes',
    // Never missing: the federation needs the nats-server too, and downloads it if it is not installed.
    missing: () => undefined,
    start: async (folder, env) => {
      const program = await findServer(env, () => {});
      const [port = 0] = await freePorts(1);
      const conf = join(folder, 'nats.conf');
      const syncing = sync === 'always' ? ['  sync_interval: always'] : [];
      const store = `  store_dir: ${JSON.stringify(join(folder, 'data'))}`;
      writeFileSync(
        conf,
        [`listen: "127.0.0.1:${port}"`, 'jetstream {', store, ...syncing, '}', ''].join('\n'),
      );
      const daemon = await startDaemon({
        program,
        args: ['--config', conf],
        log: join(folder, 'log'),
        port,
      });
      return {
        ...daemon,
        connect: async () => {
          const stream = await openBareStream(`nats://127.0.0.1:${port}`);
          return { ...stream, consume: (take) => stream.consume(take, AHEAD) };
        },
      };
    },
  };
}
