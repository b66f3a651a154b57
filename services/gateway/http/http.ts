import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { fastify, type FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { fail, type LiaisonError } from '../../shared/kernel/errors.js';
import type { Alarms } from '../../shared/runtime/alarms.js';
import type { Logger } from '../../shared/runtime/logger.js';
import type { Arrivals } from './inbox-events.js';
import type { Callers } from '../../shared/trust/callers.js';
import { BODY_LIMIT, createIntakeGuard } from './http-body-limit.js';
import { awaitFlush } from './http-flush.js';
import { createGuard } from './http-guard.js';
import { type ActionsRouteDeps, addActions } from './http-actions.js';
import { addAmend } from './http-amend.js';
import { addApproval } from './http-approval.js';
import { addOverdue, type OverdueRouteDeps } from './http-overdue.js';
import { addRequests, type RequestsRouteDeps } from './http-requests.js';
import { addKeys, type KeysRouteDeps } from './http-keys.js';
import { addInbox, type InboxDeps } from './http-inbox.js';
import { addMemberList } from './http-members.js';
import { addNotices, type NoticesDeps } from './http-notices.js';
import { BODY_DEADLINE_MS } from '../../shared/runtime/http-body-deadline.js';
import type { OwnNames } from '../../shared/runtime/http-host.js';
import { answerProblems } from '../../shared/runtime/http-problem.js';
import { schemaChecks } from '../../shared/runtime/http-query.js';
import { httpServerOptions } from '../../shared/runtime/http-server-options.js';
import { addServerRules } from '../../shared/runtime/http-server-rules.js';
import { addRecipients, type RecipientsRouteDeps } from './http-recipients.js';
import { addReview } from './http-review.js';
import { addReleases, type ReleasesRouteDeps } from './http-releases.js';
import { addShares, type SharesRouteDeps } from './http-shares.js';
import { addStages, type StagesRouteDeps } from './http-stages.js';
import { addConvictions } from './http-convictions.js';
import { addEvidence, type EvidenceRouteDeps } from './http-evidence.js';
import { addInboxStream } from './http-stream.js';
import { takeTurns } from './http-turns.js';
import { document } from './openapi/document.js';
import { health } from './openapi/health.js';
import { withAnswers } from './openapi/operation.js';
import { pageLook } from './openapi/page-look.js';
import type { Readiness } from '../readiness.js';

export interface HttpDeps
  extends OwnNames,
    Omit<
      NoticesDeps &
        InboxDeps &
        ActionsRouteDeps &
        RequestsRouteDeps &
        OverdueRouteDeps &
        SharesRouteDeps &
        StagesRouteDeps &
        EvidenceRouteDeps &
        RecipientsRouteDeps &
        ReleasesRouteDeps &
        KeysRouteDeps,
      'guard' | 'intake'
    > {
  readonly callers: Callers;
  readonly arrivals: Arrivals;
  readonly readiness: Readiness;
  readonly log: Logger;
  readonly alarms: Alarms;
  /** How long a request may take to arrive, in milliseconds. */
  readonly receiveMs: number;
}

/** Creates the HTTP API for local systems, not listening yet; its OpenAPI document is at `/docs`. */
export async function createHttp(deps: HttpDeps): Promise<FastifyInstance> {
  const app = fastify({
    ...httpServerOptions(deps.receiveMs),
    logger: false,
    bodyLimit: BODY_LIMIT,
    forceCloseConnections: true,
    genReqId: () => uuidv7(),
    ajv: schemaChecks,
  });
  nameRequests(app, deps.log);
  takeTurns(app);
  addServerRules(app, { ...deps, bodyMs: Math.min(deps.receiveMs, BODY_DEADLINE_MS) });
  readRawJson(app);
  answerProblems(app, deps.log, bodyError);
  awaitFlush(app, deps.store);
  await addDocs(app);
  const guard = createGuard(app, deps.callers);
  const intake = createIntakeGuard(deps.store);
  addNotices(app, { ...deps, guard, intake });
  addAmend(app, { ...deps, guard, intake });
  addApproval(app, { ...deps, guard, intake });
  addReview(app, { ...deps, guard, intake });
  addActions(app, { ...deps, guard, intake });
  addRequests(app, { ...deps, guard, intake });
  addOverdue(app, { ...deps, guard });
  addInbox(app, { ...deps, guard, intake });
  addInboxStream(app, { ...deps, guard });
  addShares(app, { ...deps, guard });
  addReleases(app, { ...deps, guard, intake });
  addStages(app, { ...deps, guard });
  addRecipients(app, { ...deps, guard });
  addEvidence(app, { ...deps, guard });
  addConvictions(app, { ...deps, guard });
  addKeys(app, { ...deps, guard, intake });
  addMemberList(app, { ...deps, guard });
  addHealth(app, deps);
  return app;
}

/** Errors for bodies that fastify refuses. */
function bodyError(code: string): LiaisonError | undefined {
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return fail('oversize', 'a notice is at most 256 KiB');
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return fail('json-malformed', 'expected a body of JSON');
    default:
      return undefined;
  }
}

/** Names each request by an id, in the answer and in the log, and keeps notices out of caches. */
function nameRequests(app: FastifyInstance, log: Logger): void {
  app.addHook('onRequest', async ({ id, url }, reply) => {
    reply.header('x-request-id', id);
    if (url.startsWith('/v1/')) reply.header('cache-control', 'no-store');
  });
  app.addHook('onResponse', async ({ id, method, routeOptions }, { statusCode, elapsedTime }) => {
    log.debug(
      { request: id, method, route: routeOptions.url, status: statusCode, ms: elapsedTime },
      'answered',
    );
  });
}

/** Leaves bodies as bytes for the strict JSON parser. Schemas of bodies and answers are for the OpenAPI document only. */
function readRawJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });
  app.addHook('onRoute', (route) => {
    if (route.schema?.body !== undefined) route.validatorCompiler = () => () => true;
  });
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
}

async function addDocs(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: document,
    transform: ({ schema, url }) => ({ schema: withAnswers({ ...schema }), url }),
  });
  await app.register(swaggerUi, { routePrefix: '/docs', ...pageLook });
}

function addHealth(app: FastifyInstance, { readiness, alarms }: HttpDeps): void {
  app.get('/healthz', { schema: health.alive }, async () => ({ alive: true }));
  app.get('/readyz', { schema: health.ready }, async (_request, reply) => {
    const reasons = readiness.reasons();
    const isReady = reasons.length === 0;
    return reply.code(isReady ? 200 : 503).send({ ready: isReady, reasons, alarms: alarms.list() });
  });
}
