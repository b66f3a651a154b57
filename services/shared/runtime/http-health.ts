import type { FastifyInstance } from 'fastify';
import type { Alarms } from './alarms.js';

interface Health {
  readonly reasons: () => readonly string[];
  readonly alarms: Pick<Alarms, 'list'>;
}

/** `/healthz`: alive; `/readyz`: 200, or 503 and the codes that say why not, and the alarms in force or recent. */
export function addHealth(app: FastifyInstance, { reasons, alarms }: Health): void {
  app.get('/healthz', async () => ({ alive: true }));
  app.get('/readyz', async (_request, reply) => {
    const why = reasons();
    return reply
      .code(why.length === 0 ? 200 : 503)
      .send({ ready: why.length === 0, reasons: why, alarms: alarms.list() });
  });
}
