import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** How many requests of one gateway begin in one turn of the event loop. */
const REQUESTS_A_TURN = 8;

/**
 * Lets a few requests begin in each turn of the event loop, and further ones in the next turns, in their order: a flood of
 * requests at one gateway delays the other gateways of the process, and its own exchange with the hub, by a few requests at a
 * time. They wait before their bodies are read, one of each open connection: a connection that sends another request behind
 * one that waits is closed, because node reads requests without end while none of them is answered.
 */
export function takeTurns(app: FastifyInstance): void {
  const waiting = new Map<Socket, () => void>();
  let left = REQUESTS_A_TURN;
  const next = (): void => {
    const begun = takeOpen(waiting);
    left = REQUESTS_A_TURN - begun.length;
    if (begun.length > 0) setImmediate(next);
    for (const begin of begun) begin();
  };
  app.addHook('onRequest', ({ raw: { socket } }, _reply, done) => {
    if (left === REQUESTS_A_TURN && waiting.size === 0) setImmediate(next);
    if (left > 0) {
      left -= 1;
      done();
    } else if (waiting.has(socket)) socket.destroy();
    else waiting.set(socket, done);
  });
}

/** Takes the requests that begin in the next turn; drops those whose connection has closed. */
function takeOpen(waiting: Map<Socket, () => void>): readonly (() => void)[] {
  const begun: (() => void)[] = [];
  for (const [socket, begin] of waiting) {
    if (begun.length === REQUESTS_A_TURN) break;
    waiting.delete(socket);
    if (!socket.destroyed) begun.push(begin);
  }
  return begun;
}
