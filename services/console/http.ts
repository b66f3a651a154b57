import { fastify, type FastifyInstance } from 'fastify';
import { fail } from '../shared/kernel/errors.js';
import type { Alarms } from '../shared/runtime/alarms.js';
import { addHealth } from '../shared/runtime/http-health.js';
import type { OwnNames } from '../shared/runtime/http-host.js';
import { answerProblems } from '../shared/runtime/http-problem.js';
import { schemaChecks } from '../shared/runtime/http-query.js';
import { createRequestLimit } from '../shared/runtime/http-request-limit.js';
import { httpServerOptions } from '../shared/runtime/http-server-options.js';
import { addServerRules } from '../shared/runtime/http-server-rules.js';
import { type Access, addSession, createAccess, type SessionDeps } from './session/http-access.js';
import { addCommands, type CommandDeps } from './quarantine/http-commands.js';
import { addDecision, type DecisionDeps } from './decision/http-decision.js';
import { addFlow, type FlowDeps } from './flow/http-flow.js';
import { addLedger } from './flow/http-ledger.js';
import { addPage, addUnknownPage, readPage } from './http-page.js';
import { addMembers, type MembersDeps } from './members/http-members.js';
import { addPolicies, type PoliciesDeps } from './policies/http-policies.js';
import { addQuarantine, type QuarantineDeps } from './quarantine/http-quarantine.js';
import { partiesOf } from './session/viewer.js';
import { addStatusStream, type StatusStreamDeps } from './tail/http-stream.js';

type RouteDeps = SessionDeps &
  StatusStreamDeps &
  FlowDeps &
  MembersDeps &
  DecisionDeps &
  QuarantineDeps &
  CommandDeps &
  PoliciesDeps;

/** The dependencies of all routes of the console. */
export interface HttpDeps extends OwnNames, Omit<RouteDeps, 'access'> {
  readonly alarms: Alarms;
  /** The folder of the built page. */
  readonly page: string;
  /** Codes that say why the console is not ready; empty when it is. */
  readonly reasons: () => readonly string[];
}

const BODY_LIMIT = 4_096;
/** Maximum concurrent requests of signed-in viewers, readers of status events included. */
const REQUESTS = { inAll: 256, each: { caller: 32, organisation: 96 } };

/** Allows only the console's own sources: no inline script or style, no framing, no script made from text. */
const HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/**
 * Creates the HTTP server of the page and its API: session, tail, flow, members, ledger, decisions, quarantine, policies. It
 * changes nothing but sessions, and relays commands that an operator signed.
 */
export function createHttp(deps: HttpDeps): FastifyInstance {
  const app = fastify({
    ...httpServerOptions(),
    logger: false,
    forceCloseConnections: true,
    bodyLimit: BODY_LIMIT,
    ajv: schemaChecks,
  });
  app.removeContentTypeParser('text/plain');
  const access = createAccess(deps);
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(HEADERS);
    if (request.url.startsWith('/v1/')) reply.header('cache-control', 'no-store');
  });
  addServerRules(app, deps);
  admitViewers(app, access);
  const page = readPage(deps.page);
  addUnknownPage(app, page);
  answerProblems(app, deps.log, () => fail('usage', 'expected a small JSON body'));
  addHealth(app, deps);
  addSession(app, { ...deps, access });
  addStatusStream(app, { ...deps, access });
  addFlow(app, { ...deps, access });
  addMembers(app, { ...deps, access });
  addLedger(app, { ...deps, access });
  addQuarantine(app, { ...deps, access });
  addCommands(app, { ...deps, access });
  addDecision(app, { ...deps, access });
  addPolicies(app, { ...deps, access });
  addPage(app, page);
  return app;
}

/** The routes that begin and end a session, which need none. */
const OPEN = ['POST /v1/session', 'POST /v1/session/codes', 'DELETE /v1/session'];

/** Refuses a request without a viewer at every other route of the API, before query and body are checked; bounds those of viewers. */
function admitViewers(app: FastifyInstance, access: Access): void {
  const limit = createRequestLimit(app, REQUESTS);
  app.addHook('onRequest', async (request, reply) => {
    const { url = '' } = request.routeOptions;
    if (!url.startsWith('/v1/')) return;
    const isOpen = OPEN.includes(`${request.method} ${url}`);
    const viewer = isOpen ? access.findViewer(request) : access.viewerOf(request);
    if (viewer !== undefined) limit.admit(reply, partiesOf(viewer));
  });
}
