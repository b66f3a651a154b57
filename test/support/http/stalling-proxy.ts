import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A proxy that can make its server appear to hang: connections stay open and no data arrives. */
export interface StallingProxy {
  readonly url: string;
  readonly stall: () => void;
  readonly goOn: () => void;
  readonly close: () => void;
}

export async function startStallingProxy(target: string): Promise<StallingProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let isStalled = false;
  const server = createServer((outer) => {
    const inner = connect(Number(port), hostname);
    for (const [from, to] of [
      [outer, inner],
      [inner, outer],
    ] as const) {
      sockets.add(from);
      if (isStalled) from.pause();
      from.on('data', (bytes) => to.write(bytes));
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const every = (change: (socket: Socket) => void): void => sockets.forEach(change);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stall: () => {
      isStalled = true;
      every((socket) => socket.pause());
    },
    goOn: () => {
      isStalled = false;
      every((socket) => socket.resume());
    },
    close: () => {
      server.close();
      every((socket) => socket.destroy());
    },
  };
}
