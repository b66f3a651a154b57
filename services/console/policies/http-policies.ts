import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { fail } from '../../shared/kernel/errors.js';
import { type OrgId, parseJti } from '../../shared/kernel/ids.js';
import { signalOf } from '../../shared/runtime/http-request-limit.js';
import type { Directory } from '../../shared/trust/directory.js';
import type { Edit } from '../../shared/workbench/child/copy-with-edits.js';
import type { AuditorClient } from '../auditor-client.js';
import type { RouterWatch } from '../flow/router-watch.js';
import type { Access } from '../session/http-access.js';
import type { WorkbenchRequest, WorkbenchQuestion } from './request.js';
import type { PolicyWorkerPool } from './policy-worker-pool.js';
import { filesFor, openable, readPolicy, refuseLarge } from './editable-files.js';
import type { LivePolicies } from './live-policies.js';
import { type InForce, releasesFor } from './releases-in-force.js';
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
  readonly live: Pick<LivePolicies, 'read'>;
  readonly policySource: 'folder' | 'releases';
  /** Resolves with the releases in force; null where the folder of the hub has the rules of all, and when no router answers. */
  readonly inForce: () => Promise<InForce | null>;
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
  const { live, policySource, routers } = deps;
  const readers = readersOf(deps);
  const { authorOf, members, readRecorded } = readers;
  // Where members release their rules, the time of an adoption is that of a release, which may be another member's.
  const seesAdoption = ({ scope }: Viewer): boolean => scope === undefined || policySource === 'folder';
  app.get('/v1/policies', async (request): Promise<ShownPolicies> => {
    const author = authorOf(request);
    const [known, found] = await Promise.all([members(), deps.inForce(), routers.state()]);
    return {
      files: filesFor(author, known),
      adoption: seesAdoption(author) ? adoptionFor(author, routers.adoptions()) : null,
      releases: found && releasesFor(author, found),
    };
  });
  app.get<{ Querystring: { readonly path?: unknown } }>(
    '/v1/policies/file',
    async (request): Promise<ShownPolicyFile> => {
      const path = openable(request.query['path'], authorOf(request), await members());
      const { folder } = await live.read();
      return { path, text: await readPolicy(folder, path) };
    },
  );
  app.get('/v1/policies/recorded', async (request): Promise<ShownRecorded> => {
    const viewer = auditorViewer(authorOf(request));
    const notices = await readRecorded(request).newest(viewer, MAX_OFFERED);
    return { notices: notices.map(({ jti, at, originator, kind }) => ({ jti, at, originator, kind })) };
  });
  for (const what of ['lint', 'cases', 'who-sees', 'diff', 'traffic', 'map', 'vocabulary'] as const)
    addQuestion(app, what, { ...readers, pool: deps.pool });
}

/** What the routes read of a request and of the live policies. */
interface Readers {
  /** Throws `forbidden` for a viewer who is no author. */
  readonly authorOf: (request: FastifyRequest) => Viewer;
  /** Resolves with the members that have files; with those of the directory while no policies can be read. */
  readonly members: () => Promise<readonly OrgId[]>;
  readonly readRecorded: (request: FastifyRequest) => ReadRecorded;
}

function readersOf({ access, directory, live, auditor }: PoliciesDeps): Readers {
  return {
    authorOf: (request) => requireAuthor(access.viewerOf(request)),
    members: async () => {
      const { organisations } = await live.read().then(({ facts }) => facts, directory);
      return [...organisations.keys()];
    },
    readRecorded: (request) => createReadRecorded(auditor.during(signalOf(request))),
  };
}

function addQuestion(
  app: FastifyInstance,
  what: WorkbenchQuestion['what'],
  { authorOf, members, readRecorded, pool }: Readers & Pick<PoliciesDeps, 'pool'>,
): void {
  app.post(`/v1/policies/${what}`, { bodyLimit: BODY_LIMIT }, async (request, reply) => {
    const viewer = authorOf(request);
    const known = await members();
    const edit = editIn(request.body, (path) => openable(path, viewer, known));
    const source = { readRecorded: readRecorded(request), viewer: auditorViewer(viewer) };
    const readQuestion = questionIn(what, request.body, source);
    const lookUp = async (): Promise<WorkbenchRequest> => ({
      ...(await readQuestion()),
      edit,
      org: viewer.scope?.org ?? null,
    });
    return withRetryAfter(reply, () => pool.ask(viewer.name, lookUp, signalOf(request)));
  });
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
