import type { FastifyInstance } from 'fastify';
import { fail } from '../kernel/errors.js';
import { addBodyDeadline, BODY_DEADLINE_MS } from './http-body-deadline.js';
import { createHostRule, type OwnNames } from './http-host.js';
import { refuseControlCharacters } from './http-query.js';

interface ServerRulesParams extends OwnNames {
  /** How long a body of up to 256 KiB may take to arrive, in milliseconds. */
  readonly bodyMs?: number;
}

/** Adds the checks that every server runs on every route before its own hooks: `Host`, query, and the deadline of bodies. */
export function addServerRules(
  app: FastifyInstance,
  { bodyMs = BODY_DEADLINE_MS, ...names }: ServerRulesParams,
): void {
  const isOwnHost = createHostRule(names);
  app.addHook('onRequest', async ({ headers }) => {
    if (isOwnHost(headers.host)) return;
    throw fail('forbidden', 'this server has no such name: `LIAISON_HOST_NAMES` lists its names');
  });
  app.addHook('preValidation', async ({ query }) => refuseControlCharacters(query));
  addBodyDeadline(app, bodyMs);
}
