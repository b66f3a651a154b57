import type { FastifyInstance } from 'fastify';
import { errorFrom } from '../../shared/kernel/errors.js';
import { httpStatusOf, problemOf } from '../../shared/runtime/http-problem.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';

/** Sends no answer before what it was read from is on disk; answers `disk-failed` instead when that failed. */
export function awaitFlush(app: FastifyInstance, { flushed }: Pick<GatewayStore, 'flushed'>): void {
  app.addHook('onSend', async (_request, reply, payload) => {
    try {
      await flushed();
      return payload;
    } catch (thrown) {
      const error = errorFrom(thrown);
      const status = httpStatusOf(error);
      const problem = JSON.stringify(problemOf(error, status));
      reply
        .code(status)
        .type('application/problem+json')
        .header('content-length', Buffer.byteLength(problem));
      return problem;
    }
  });
}
