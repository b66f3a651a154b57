import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { fail } from '../../shared/kernel/errors.js';
import { parseJti } from '../../shared/kernel/ids.js';
import type { Directory } from '../../shared/trust/directory.js';
import type { AuditorClient } from '../auditor-client.js';
import type { Access } from '../session/http-access.js';
import type { WorkbenchRequest, Edit, WorkbenchQuestion } from './request.js';
import type { PolicyWorkerPool } from './policy-worker-pool.js';
import { filesFor, openable, readPolicy, refuseLarge } from './editable-files.js';
import { createReadRecorded, type ReadRecorded } from './recorded-notices.js';
import type { ShownPolicies, ShownPolicyFile, ShownRecorded } from './shown-policies.js';
import { auditorViewer, type Viewer } from '../session/viewer.js';

export interface PoliciesDeps {
  readonly access: Access;
  readonly directory: () => Directory;
  readonly pool: PolicyWorkerPool;
  readonly auditor: AuditorClient;
  /** The folder of policies that the router uses. */
  readonly policies: string;
}

/** More than any text that is worked on, so that a larger one is refused in our own words. */
const BODY_LIMIT = 4 * 1024 * 1024;
/** How many recorded notices are decided again, and how many there are to choose from. */
const [MAX_AGAIN, MAX_CHOICE] = [1_000, 100];
const RETRY_SECONDS = '2';

/** For authors alone: the files of rules, and what would come of another text. Nothing is ever written. */
export function addPolicies(app: FastifyInstance, deps: PoliciesDeps): void {
  const { access, directory, pool, policies } = deps;
  const readRecorded = createReadRecorded(deps.auditor);
  const authorOf = (request: FastifyRequest): Viewer => {
    const viewer = access.viewerOf(request);
    if (viewer.roles.includes('author')) return viewer;
    throw fail('forbidden', `\`${viewer.name}\` is no author`);
  };
  const members = () => [...directory().organisations.keys()];
  app.get('/v1/policies', async (request): Promise<ShownPolicies> => {
    return { files: filesFor(authorOf(request), members()) };
  });
  app.get<{ Querystring: { readonly path?: unknown } }>(
    '/v1/policies/file',
    async (request): Promise<ShownPolicyFile> => {
      const path = openable(request.query['path'], authorOf(request), members());
      return { path, text: await readPolicy(policies, path) };
    },
  );
  app.get('/v1/policies/recorded', async (request): Promise<ShownRecorded> => {
    const { notices, complete } = await readRecorded.newest(auditorViewer(authorOf(request)), MAX_CHOICE);
    const named = notices.map(({ jti, at, originator, kind }) => ({ jti, at, originator, kind }));
    return { notices: named, complete };
  });
  const work = (what: WorkbenchQuestion['what']): void => {
    app.post(`/v1/policies/${what}`, { bodyLimit: BODY_LIMIT }, async (request, reply) => {
      const viewer = authorOf(request);
      const edit = editIn(request.body, (path) => openable(path, viewer, members()));
      const look = questionIn(what, request.body, { readRecorded, eyes: auditorViewer(viewer) });
      const lookUp = async (): Promise<WorkbenchRequest> => ({
        ...(await look()),
        edit,
        org: viewer.scope?.org ?? null,
      });
      return patiently(reply, () => pool.ask(viewer.name, lookUp));
    });
  };
  for (const what of ['lint', 'cases', 'who-sees', 'diff', 'traffic', 'map'] as const) work(what);
}

interface Looking {
  readonly readRecorded: ReadRecorded;
  /** Whose recorded notices. */
  readonly eyes: string;
}

/** What is asked; what it is asked about is looked up when its turn comes. */
function questionIn(
  what: WorkbenchQuestion['what'],
  body: unknown,
  looking: Looking,
): () => Promise<WorkbenchQuestion> {
  const { readRecorded, eyes } = looking;
  const { example, recorded, from, of } = Object(body) as Readonly<Record<string, unknown>>;
  switch (what) {
    case 'who-sees': {
      if (typeof from === 'string' && typeof recorded === 'string') {
        const name = { jti: parseJti(recorded), from };
        return async () => ({ what, notice: await readRecorded.named(eyes, name) });
      }
      if (typeof from === 'string' && typeof example === 'string')
        return async () => ({ what, example, from });
      throw fail('usage', 'expected `example`, a kind, or `recorded`, a notice; and `from`, an organisation');
    }
    case 'traffic':
      return async () => ({ what, recorded: await readRecorded.newest(eyes, MAX_AGAIN) });
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

async function patiently(reply: FastifyReply, work: () => Promise<unknown>): Promise<unknown> {
  try {
    return await work();
  } catch (thrown) {
    reply.header('retry-after', RETRY_SECONDS);
    throw thrown;
  }
}
