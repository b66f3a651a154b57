import { fastify } from 'fastify';
import { fail } from '../../shared/kernel/errors.js';
import type { Alarms } from '../../shared/runtime/alarms.js';
import { addHealth } from '../../shared/runtime/http-health.js';
import type { OwnNames } from '../../shared/runtime/http-host.js';
import { answerProblems } from '../../shared/runtime/http-problem.js';
import { httpServerOptions } from '../../shared/runtime/http-server-options.js';
import { addServerRules } from '../../shared/runtime/http-server-rules.js';
import type { Logger } from '../../shared/runtime/logger.js';

interface ListenForHealthParams {
  readonly log: Logger;
  readonly alarms: Pick<Alarms, 'list'>;
  readonly reasons: () => readonly string[];
  /** The reasons of each organisation, where the address is that of several. */
  readonly organisations?: () => Readonly<Record<string, readonly string[]>>;
}

interface HealthServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves `/healthz` and `/readyz`, and answers every other request 503 (`not-ready`). */
export async function listenForHealth(
  { port, ...names }: OwnNames & { readonly port: number },
  { log, ...health }: ListenForHealthParams,
): Promise<HealthServer> {
  const app = fastify({ ...httpServerOptions(), logger: false, forceCloseConnections: true });
  addServerRules(app, names);
  app.addHook('onRequest', async ({ is404 }) => {
    if (is404) throw fail('not-ready', 'no gateway is open at this address: `/readyz` says why');
  });
  answerProblems(app, log);
  addHealth(app, health);
  return { url: await app.listen({ host: names.host, port }), close: () => app.close() };
}
