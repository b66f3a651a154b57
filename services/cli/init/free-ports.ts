import { createServer, type Server } from 'node:net';
import { fail } from '../../shared/kernel/errors.js';

/**
 * Below what systems give to outgoing connections (32768 and up): there a client that calls for a server which is just
 * starting again can be given that server's own port, and keep it.
 */
const FIRST = 20_000;
const LAST = 32_000;
const TRIES = 1_000;

/** Ports of the loopback interface that nobody listens on now; held together while chosen, so that they differ. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const held = new Map<number, Server>();
  try {
    for (let tries = 0; held.size < count && tries < TRIES; tries += 1) {
      const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
      const server = held.has(port) ? undefined : await listen(port);
      if (server !== undefined) held.set(port, server);
    }
    if (held.size < count) throw fail('busy', `no ${count} free ports from ${FIRST} to ${LAST}`);
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
