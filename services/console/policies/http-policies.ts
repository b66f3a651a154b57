import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { fail } from '../../shared/kernel/errors.js';
import { parseJti } from '../../shared/kernel/ids.js';
import { signalOf } from '../../shared/runtime/http-request-limit.js';
import type { Directory } from '../../shared/trust/directory.js';
import type { Edit } from '../../shared/workbench/child/copy-with-edits.js';
import type { AuditorClient } from '../auditor-client.js';
import type { RouterWatch } from '../flow/router-watch.js';
import type { Access } from '../session/http-access.js';
import type { WorkbenchRequest, WorkbenchQuestion } from './request.js';
import type { PolicyWorkerPool } from './policy-worker-pool.js';
import { filesFor, openable, readPolicy, refuseLarge } from './editable-files.js';
import { adoptionFor } from './shown-adoption.js';
import { createReadRecorded, type ReadRecorded } from './recorded-notices.js';
import type { ShownPolicies, ShownPolicyFile, ShownRecorded } from './shown-policies.js';
import { auditorViewer, type Viewer } from '../session/viewer.js';

/** What the routes of the policy workbench use. */
export interface PoliciesDeps {
  readonly access: Access;
  readonly directory: () => Directory;
  readonly pool: PolicyWorkerPool;
  readonly auditor: AuditorClient;
  readonly routers: Pick<RouterWatch, 'state' | 'adoptions'>;
  /** The folder of policies that the routers use. */
  readonly policies: string;
}

/**
 * Larger than the largest accepted text: the route itself then refuses a text that is too large, and names
 * its place, which fastify would not.
 */
const BODY_LIMIT = 4 * 1024 * 1024;
/** How many recorded notices are decided again for `traffic`. */
const MAX_TRAFFIC = 1_000;
/** How many recorded notices are offered to choose from. */
const MAX_OFFERED = 100;
const RETRY_SECONDS = '2';

/** Adds the routes of the policy workbench, for authors only: the rule files, and the effect of an edit. Nothing is written. */
export function addPolicies(app: FastifyInstance, deps: PoliciesDeps): void {
  const { access, directory, pool, policies } = deps;
  const readRecorded = (request: FastifyRequest): ReadRecorded =>
    createReadRecorded(deps.auditor.during(signalOf(request)));
  const authorOf = (request: FastifyRequest): Viewer => requireAuthor(access.viewerOf(request));
  const members = () => [...directory().organisations.keys()];
  app.get('/v1/policies', async (request): Promise<ShownPolicies> => {
    const author = authorOf(request);
    await deps.routers.state();
    return { files: filesFor(author, members()), adoption: adoptionFor(author, deps.routers.adoptions()) };
  });
  app.get<{ Querystring: { readonly path?: unknown } }>(
    '/v1/policies/file',
    async (request): Promise<ShownPolicyFile> => {
      const path = openable(request.query['path'], authorOf(request), members());
      return { path, text: await readPolicy(policies, path) };
    },
  );
  app.get('/v1/policies/recorded', async (request): Promise<ShownRecorded> => {
    const viewer = auditorViewer(authorOf(request));
    const notices = await readRecorded(request).newest(viewer, MAX_OFFERED);
    return { notices: notices.map(({ jti, at, originator, kind }) => ({ jti, at, originator, kind })) };
  });
  const work = (what: WorkbenchQuestion['what']): void => {
    app.post(`/v1/policies/${what}`, { bodyLimit: BODY_LIMIT }, async (request, reply) => {
      const viewer = authorOf(request);
      const edit = editIn(request.body, (path) => openable(path, viewer, members()));
      const source = { readRecorded: readRecorded(request), viewer: auditorViewer(viewer) };
      const readQuestion = questionIn(what, request.body, source);
      const lookUp = async (): Promise<WorkbenchRequest> => ({
        ...(await readQuestion()),
        edit,
        org: viewer.scope?.org ?? null,
      });
      return withRetryAfter(reply, () => pool.ask(viewer.name, lookUp));
    });
  };
  for (const what of ['lint', 'cases', 'who-sees', 'diff', 'traffic', 'map', 'vocabulary'] as const)
    work(what);
}

function requireAuthor(viewer: Viewer): Viewer {
  if (viewer.roles.includes('author')) return viewer;
  throw fail('forbidden', `\`${viewer.name}\` does not have the role \`author\``);
}

interface RecordedSource {
  readonly readRecorded: ReadRecorded;
  /** Returns the viewer that the auditor is queried for: an organisation or `federation`. */
  readonly viewer: string;
}

/** Parses a question; recorded notices are only read once a worker is free. Throws `usage`. */
function questionIn(
  what: WorkbenchQuestion['what'],
  body: unknown,
  source: RecordedSource,
): () => Promise<WorkbenchQuestion> {
  const { readRecorded, viewer } = source;
  const { example, recorded, from, of } = Object(body) as Readonly<Record<string, unknown>>;
  switch (what) {
    case 'who-sees': {
      if (typeof from === 'string' && typeof recorded === 'string') {
        const name = { jti: parseJti(recorded), from };
        return async () => ({ what, notice: await readRecorded.named(viewer, name) });
      }
      if (typeof from === 'string' && typeof example === 'string')
        return async () => ({ what, example, from });
      throw fail('usage', 'expected `example`, a kind, or `recorded`, a notice; and `from`, an organisation');
    }
    case 'traffic':
      return async () => ({ what, recorded: await readRecorded.newest(viewer, MAX_TRAFFIC) });
    case 'map':
      if (of === 'live' || of === 'edited') return async () => ({ what, of });
      throw fail('usage', '`of` is `live` or `edited`');
    default:
      return async () => ({ what });
  }
}

function editIn(body: unknown, open: (path: unknown) => string): Edit {
  const { path, text } = Object(body) as Partial<Record<keyof Edit, unknown>>;
  if (typeof text !== 'string') throw fail('usage', 'expected JSON with `path` and `text`');
  const opened = open(path);
  refuseLarge(opened, text);
  return { path: opened, text };
}

/** Adds `Retry-After` to an error. */
async function withRetryAfter(reply: FastifyReply, work: () => Promise<unknown>): Promise<unknown> {
  try {
    return await work();
  } catch (thrown) {
    reply.header('retry-after', RETRY_SECONDS);
    throw thrown;
  }
}
