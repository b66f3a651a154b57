import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../shared/kernel/clock.js';
import { fail } from '../../shared/kernel/errors.js';
import type { Logger } from '../../shared/runtime/logger.js';
import type { Sessions } from '../../shared/store/console/console-store.js';
import { authorise, type Caller, type Callers } from '../../shared/trust/callers.js';
import { takeSignInLink } from '../../shared/trust/sign-in/sign-in-link.js';
import { hashToken, newToken, type ScopeOf } from '../../shared/trust/tokens.js';
import type { Directory } from '../../shared/trust/directory.js';
import type { ShownSession } from '../shown.js';
import { createSignInCodes } from './sign-in-codes.js';
import { describeSession, type Viewer, viewerOf } from './viewer.js';

/** What sign-in and access checks use. */
export interface AccessDeps {
  /** The callers that may sign in, as the token file lists them now. */
  readonly callers: Callers;
  readonly sessions: Sessions;
  readonly clock: Clock;
}

/** Finds the viewer of a request. */
export interface Access {
  /** Returns the viewer of the session cookie, or else of the bearer token. Throws `unauthorised`. */
  viewerOf(request: FastifyRequest): Viewer;
  /** Like `viewerOf`, but returns undefined for a request without access. */
  findViewer(request: FastifyRequest): Viewer | undefined;
  /** Checks a long answer again: throws `unauthorised` when the request no longer has this viewer's access. */
  recheck(request: FastifyRequest, viewer: Viewer): void;
}

/** The lifetime of a session: a working day. */
const SESSION_MS = 12 * 3_600_000;
/** The role that every viewer needs. */
const VIEWER_ROLE: ScopeOf<'console'> = 'viewer';

/** Creates the access check. A session is a random cookie, stored as its hash; it ends by time, or when its token is removed. */
export function createAccess({ callers, sessions, clock }: AccessDeps): Access {
  const access: Access = {
    viewerOf: (request) => {
      const cookie = cookieIn(request);
      const session = cookie === undefined ? undefined : sessions.find(hashToken(cookie));
      if (session === undefined)
        return viewerOf(authorise(callers(), request.headers.authorization, VIEWER_ROLE));
      const caller = callers().find(({ hash }) => hash === session.caller);
      const isGood = session.expires > clock().getTime() && caller?.scopes.includes(VIEWER_ROLE) === true;
      if (caller === undefined || !isGood) throw fail('unauthorised', 'the session is over');
      return viewerOf(caller);
    },
    findViewer: (request) => {
      try {
        return access.viewerOf(request);
      } catch {
        return undefined;
      }
    },
    recheck: (request, viewer) => {
      if (access.viewerOf(request).scope?.org !== viewer.scope?.org)
        throw fail('unauthorised', 'the access of this caller has changed');
    },
  };
  return access;
}

/** What the routes of the session use. */
export interface SessionDeps extends AccessDeps {
  readonly access: Access;
  /** The folder of the links that `console invite` made. */
  readonly signInLinks: string;
  readonly log: Logger;
  readonly directory: () => Directory;
}

/**
 * Adds the routes of the session: sign in with a token or with a code, show, sign out. The body is JSON, which a form of
 * another site cannot send. A code is created for a caller's token, or by `console invite`; it signs that caller in once, and becomes
 * invalid with the caller.
 */
export function addSession(app: FastifyInstance, deps: SessionDeps): void {
  const { callers, sessions, clock, access, directory, signInLinks, log } = deps;
  const codes = createSignInCodes(clock);
  const describe = (viewer: Viewer): ShownSession => describeSession(viewer, directory(), clock());
  const callerIn = (body: unknown): Caller => {
    const { token, code } = Object(body) as { readonly token?: unknown; readonly code?: unknown };
    if (code === undefined) return authorise(callers(), `Bearer ${String(token).trim()}`, VIEWER_ROLE);
    const hash = codes.take(String(code)) ?? takeSignInLink(signInLinks, String(code), clock());
    const caller = callers().find((one) => one.hash === hash);
    if (caller?.scopes.includes(VIEWER_ROLE) === true) return caller;
    throw fail('unauthorised', 'this link was already used or has expired');
  };
  app.post('/v1/session/codes', async ({ headers }, reply) => {
    const { hash } = authorise(callers(), headers.authorization, VIEWER_ROLE);
    return reply.code(201).send({ code: codes.issue(hash) });
  });
  app.post('/v1/session', async (request, reply) => {
    const caller = callerIn(request.body);
    const cookie = newToken();
    const expires = clock().getTime() + SESSION_MS;
    sessions.add({ hash: hashToken(cookie), caller: caller.hash, expires });
    log.info({ by: caller.name, roles: caller.scopes, org: caller.org }, 'signed in');
    return setCookie(request, reply, { value: cookie, seconds: SESSION_MS / 1000 }).send(
      describe(viewerOf(caller)),
    );
  });
  app.get('/v1/session', async (request) => describe(access.viewerOf(request)));
  app.delete('/v1/session', async (request, reply) => {
    const cookie = cookieIn(request);
    if (cookie !== undefined) sessions.end(hashToken(cookie));
    return setCookie(request, reply, { value: '', seconds: 0 }).code(204).send();
  });
}

/** The name has the port, as cookies ignore ports: two consoles on one host would overwrite each other's cookie. */
const cookieName = ({ socket }: FastifyRequest): string => `liaison-console-${socket.localPort}`;

function setCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  { value, seconds }: { readonly value: string; readonly seconds: number },
): FastifyReply {
  return reply.header(
    'set-cookie',
    `${cookieName(request)}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}`,
  );
}

function cookieIn(request: FastifyRequest): string | undefined {
  const name = cookieName(request);
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  const value = pairs.find(([key]) => key === name)?.[1];
  return value === undefined || !/^[A-Za-z0-9_-]{43}$/.test(value) ? undefined : value;
}
