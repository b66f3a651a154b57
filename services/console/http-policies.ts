import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { fail } from '../shared/kernel/errors.js';
import type { Directory } from '../shared/trust/directory.js';
import type { Access } from './http-access.js';
import type { Edit, Question } from './policies/asked.js';
import type { Desk } from './policies/desk.js';
import { filesFor, openable, readPolicy, refuseLarge } from './policies/folder.js';
import type { Query } from './question.js';
import type { ShownPolicies, ShownPolicyFile } from './shown-policies.js';
import type { Viewer } from './viewer.js';

export interface PoliciesDeps {
  readonly access: Access;
  readonly directory: () => Directory;
  readonly desk: Desk;
  /** The folder of policies that the router uses. */
  readonly policies: string;
}

/** More than any text that is worked on, so that a larger one is refused in our own words. */
const BODY_LIMIT = 4 * 1024 * 1024;
const RETRY_SECONDS = '2';

/** For authors alone: the files of rules, and what would come of another text. Nothing is ever written. */
export function addPolicies(app: FastifyInstance, { access, directory, desk, policies }: PoliciesDeps): void {
  const authorOf = (request: FastifyRequest): Viewer => {
    const viewer = access.viewerOf(request);
    if (viewer.roles.includes('author')) return viewer;
    throw fail('forbidden', `\`${viewer.name}\` is no author`);
  };
  const members = () => [...directory().organisations.keys()];
  app.get('/v1/policies', async (request): Promise<ShownPolicies> => {
    return { files: filesFor(authorOf(request), members()) };
  });
  app.get<{ Querystring: Query }>('/v1/policies/file', async (request): Promise<ShownPolicyFile> => {
    const path = openable(request.query['path'], authorOf(request), members());
    return { path, text: await readPolicy(policies, path) };
  });
  const work = (what: Question['what']): void => {
    app.post(`/v1/policies/${what}`, { bodyLimit: BODY_LIMIT }, async (request, reply) => {
      const viewer = authorOf(request);
      const edit = editIn(request.body, (path) => openable(path, viewer, members()));
      const asked = { ...questionIn(what, request.body), edit, org: viewer.scope?.org ?? null };
      return patiently(reply, () => desk.ask(viewer.name, asked));
    });
  };
  for (const what of ['lint', 'cases', 'who-sees', 'diff', 'map'] as const) work(what);
}

function questionIn(what: Question['what'], body: unknown): Question {
  const { example, from, of } = Object(body) as Readonly<Record<string, unknown>>;
  switch (what) {
    case 'who-sees':
      if (typeof example === 'string' && typeof from === 'string') return { what, example, from };
      throw fail('usage', 'expected `example`, a kind, and `from`, an organisation');
    case 'map':
      if (of === 'live' || of === 'edited') return { what, of };
      throw fail('usage', '`of` is `live` or `edited`');
    default:
      return { what };
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
