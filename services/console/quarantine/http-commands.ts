import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Clock } from '../../shared/kernel/clock.js';
import { fail } from '../../shared/kernel/errors.js';
import { type Command, verifyCommand } from '../../shared/ledger/command.js';
import type { Logger } from '../../shared/runtime/logger.js';
import type { Directory } from '../../shared/trust/directory.js';
import type { DirectoryKey } from '../../shared/trust/directory-key.js';
import type { Access } from '../session/http-access.js';
import type { Relay } from './relay.js';
import type { ShownOperatorKey, ShownRelay } from './shown-quarantine.js';
import type { Viewer } from '../session/viewer.js';

/** What the routes of commands use. */
export interface CommandDeps {
  readonly access: Access;
  readonly relay: Relay;
  readonly directory: () => Directory;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Adds the routes of commands: relays what an operator signed in the browser, unchanged. The command is verified first as a
 * router will verify it, because a router silently ignores an invalid one. Its outcome is on the ledger
 * (docs/adr/0011).
 */
export function addCommands(app: FastifyInstance, deps: CommandDeps): void {
  const { access, relay, directory, clock, log } = deps;
  app.get('/v1/operators', async (request): Promise<readonly ShownOperatorKey[]> => {
    requireOperator(access, request);
    const { keys } = directory().hub;
    return keys.filter(({ use }) => use === 'operator').map((key) => showKey(key, clock()));
  });
  app.post('/v1/commands', async (request, reply) => {
    const viewer = requireOperator(access, request);
    requireOwnPage(request);
    const command = await readCommand(request.body, { directory: directory(), now: clock() });
    const { id, verb, org, entry, person, kid } = command;
    await relay.send(command);
    log.info({ command: id, verb, org, entry, person, kid, by: viewer.name }, 'relayed a command');
    const relayed: ShownRelay = { id, verb, person };
    return reply.code(202).send(relayed);
  });
}

/** Throws `forbidden` unless the viewer is an operator of the federation. */
function requireOperator(access: Access, request: FastifyRequest): Viewer {
  const viewer = access.viewerOf(request);
  if (viewer.scope === undefined && viewer.roles.includes('operator')) return viewer;
  throw fail('forbidden', `\`${viewer.name}\` is not an operator of the federation`);
}

/** Throws `forbidden` for another origin: a cookie is sent from pages on every port of a host, but browsers name the origin. */
function requireOwnPage({ headers }: FastifyRequest): void {
  const { origin, host } = headers;
  const isJson = headers['content-type']?.split(';', 1)[0]?.trim() === 'application/json';
  if (!isJson) throw fail('usage', 'expected a small JSON body');
  if (origin === undefined || (URL.canParse(origin) && new URL(origin).host === host)) return;
  throw fail('forbidden', 'a command must come from the page of this console');
}

/** Reads exactly `{token}`: verb, entry and person come only from the signed token. */
async function readCommand(
  body: unknown,
  by: { readonly directory: Directory; readonly now: Date },
): Promise<Command> {
  const { token, ...more } = Object(body) as { readonly token?: unknown };
  if (typeof token !== 'string' || Object.keys(more).length > 0)
    throw fail('usage', 'expected `{"token": "<a signed command>"}` and nothing else');
  const command = await verifyCommand(token, by);
  if (by.directory.organisations.has(command.org)) return command;
  throw fail('organisation-unknown', `\`${command.org}\` is not a member of this federation`);
}

function showKey(key: DirectoryKey, now: Date): ShownOperatorKey {
  const { kid, x, person = '' } = key;
  return { kid, x, person, state: stateOf(key, now) };
}

function stateOf({ notBefore, notAfter, revokedAt }: DirectoryKey, now: Date): ShownOperatorKey['state'] {
  if (revokedAt !== undefined && revokedAt <= now) return 'revoked';
  if (notAfter <= now) return 'expired';
  return notBefore > now ? 'not valid yet' : 'good';
}
