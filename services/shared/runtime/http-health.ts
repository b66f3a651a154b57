import type { FastifyInstance } from 'fastify';
import type { Alarms } from './alarms.js';

interface AddHealthParams {
  readonly reasons: () => readonly string[];
  readonly alarms: Pick<Alarms, 'list'>;
  /** The reasons of each organisation, in a process that serves several. */
  readonly organisations?: () => Readonly<Record<string, readonly string[]>>;
}

/**
 * Adds `GET /healthz`, which answers 200 while the process runs, and `GET /readyz`: 200 when ready, else 503, with the
 * error codes of `reasons` and the listed alarms in either case.
 */
export function addHealth(app: FastifyInstance, { reasons, alarms, organisations }: AddHealthParams): void {
  app.get('/healthz', async () => ({ alive: true }));
  app.get('/readyz', async (_request, reply) => {
    const why = reasons();
    return reply.code(why.length === 0 ? 200 : 503).send({
      ready: why.length === 0,
      reasons: why,
      alarms: alarms.list(),
      ...(organisations === undefined ? {} : { organisations: organisations() }),
    });
  });
}
