import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../shared/kernel/clock.js';
import { fail } from '../../shared/kernel/errors.js';
import type { Sessions } from '../../shared/store/console/console-store.js';
import { authorise, type Callers } from '../../shared/trust/callers.js';
import { hashToken, newToken, type ScopeOf } from '../../shared/trust/tokens.js';
import type { Directory } from '../../shared/trust/directory.js';
import type { ShownSession } from '../shown.js';
import { describeSession, type Viewer, viewerOf } from './viewer.js';

export interface AccessDeps {
  /** Who may sign in, as the file says now. */
  readonly callers: Callers;
  readonly sessions: Sessions;
  readonly clock: Clock;
}

export interface Access {
  /** Of the session's cookie, else of a bearer token. Throws `unauthorised`. */
  viewerOf(request: FastifyRequest): Viewer;
  /** `onRequest` hook: throws `unauthorised` before query or body are read. */
  readonly requireViewer: (request: FastifyRequest) => Promise<void>;
  /** Of an answer that takes long: throws `unauthorised` when it may not go on with the eyes that it began with. */
  recheck(request: FastifyRequest, viewer: Viewer): void;
}

/** A day at work. */
const SESSION_MS = 12 * 3_600_000;
/** Whoever looks has at least this role. */
const MIN: ScopeOf<'console'> = 'viewer';

/** A session is a random cookie, kept as its hash; it ends with its time, or when the token shown for it leaves the file. */
export function createAccess({ callers, sessions, clock }: AccessDeps): Access {
  const access: Access = {
    viewerOf: (request) => {
      const cookie = cookieIn(request);
      const session = cookie === undefined ? undefined : sessions.find(hashToken(cookie));
      if (session === undefined) return viewerOf(authorise(callers(), request.headers.authorization, MIN));
      const caller = callers().find(({ hash }) => hash === session.caller);
      const isGood = session.expires > clock().getTime() && caller?.scopes.includes(MIN) === true;
      if (caller === undefined || !isGood) throw fail('unauthorised', 'the session is over');
      return viewerOf(caller);
    },
    requireViewer: async (request) => void access.viewerOf(request),
    recheck: (request, viewer) => {
      if (access.viewerOf(request).scope?.org !== viewer.scope?.org)
        throw fail('unauthorised', 'this caller sees something else by now');
    },
  };
  return access;
}

interface SessionDeps extends AccessDeps {
  readonly access: Access;
  readonly directory: () => Directory;
}

/** Sign in with a token, ask who one is, sign out. A body of JSON, so that no foreign form can send it. */
export function addSession(app: FastifyInstance, deps: SessionDeps): void {
  const { callers, sessions, clock, access, directory } = deps;
  const describe = (viewer: Viewer): ShownSession => describeSession(viewer, directory());
  app.post('/v1/session', async (request, reply) => {
    const { token } = Object(request.body) as { readonly token?: unknown };
    const caller = authorise(callers(), `Bearer ${String(token).trim()}`, MIN);
    const cookie = newToken();
    const expires = clock().getTime() + SESSION_MS;
    sessions.add({ hash: hashToken(cookie), caller: caller.hash, expires });
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

/** Cookies know no ports: two consoles on one machine must not take each other's. */
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
