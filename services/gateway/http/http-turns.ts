import type { FastifyInstance } from 'fastify';

/** How many requests of one gateway begin in one turn of the event loop. */
const REQUESTS_A_TURN = 8;

/**
 * Lets a few requests begin in each turn of the event loop, and further ones in the next turns, in their order: a flood of
 * requests at one gateway delays the other gateways of the process, and its own exchange with the hub, by a few requests at a
 * time. They wait before their bodies are read, so that a connection holds one at most.
 */
export function takeTurns(app: FastifyInstance): void {
  const waiting: (() => void)[] = [];
  let left = REQUESTS_A_TURN;
  const next = (): void => {
    const begun = waiting.splice(0, REQUESTS_A_TURN);
    left = REQUESTS_A_TURN - begun.length;
    if (begun.length > 0) setImmediate(next);
    for (const begin of begun) begin();
  };
  app.addHook('onRequest', (_request, _reply, done) => {
    if (left === REQUESTS_A_TURN && waiting.length === 0) setImmediate(next);
    if (left === 0) return void waiting.push(done);
    left -= 1;
    done();
  });
}
