import { createServer, type Server } from 'node:net';
import { fail } from '../../shared/kernel/errors.js';

/**
 * Below the range of outgoing connections (from 32768): in that range a client that reconnects to a restarting server could
 * be assigned the server's own port.
 */
const FIRST_PORT = 20_000;
const LAST_PORT = 32_000;
const MAX_TRIES = 1_000;

/**
 * Finds free ports of the loopback interface, counting upwards from a random one: two federations that start at the same
 * time choose a common port ten times less often than with random ports. Throws `busy` when it does not find enough.
 */
export async function freePorts(count: number): Promise<readonly number[]> {
  const held = new Map<number, Server>();
  const size = LAST_PORT - FIRST_PORT;
  const begin = Math.floor(Math.random() * size);
  try {
    for (let tries = 0; held.size < count && tries < MAX_TRIES; tries += 1) {
      const port = FIRST_PORT + ((begin + tries) % size);
      const server = await listen(port);
      if (server !== undefined) held.set(port, server);
    }
    if (held.size < count) throw fail('busy', `no ${count} free ports from ${FIRST_PORT} to ${LAST_PORT}`);
    return [...held.keys()];
  } finally {
    await Promise.all([...held.values()].map((server) => new Promise((resolve) => server.close(resolve))));
  }
}

function listen(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
