import type { FastifyInstance } from 'fastify';

/** `/healthz`: alive; `/readyz`: 200, or 503 and the codes that say why not. */
export function addHealth(app: FastifyInstance, reasons: () => readonly string[]): void {
  app.get('/healthz', async () => ({ alive: true }));
  app.get('/readyz', async (_request, reply) => {
    const why = reasons();
    return reply.code(why.length === 0 ? 200 : 503).send({ ready: why.length === 0, reasons: why });
  });
}
