import { setImmediate as turn } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { fail } from '../../shared/kernel/errors.js';
import { type NoticeId, parseJti, parseNoticeId } from '../../shared/kernel/ids.js';
import { noQuery } from '../../shared/runtime/http-query.js';
import type { Logger } from '../../shared/runtime/logger.js';
import type { ConsoleStore } from '../../shared/store/console/console-store.js';
import type { ReadDecisions } from './read-decisions.js';
import { foldDecision, type Revision, revisionOf } from './fold-decision.js';
import type { Access } from '../session/http-access.js';
import type { ReadPolicies } from './policies-here.js';
import { showEvent } from '../tail/show.js';
import { showRevision, type Sources } from './show-decision.js';
import type { ShownDecision, ShownRevision } from './shown-decision.js';
import { auditorViewer, type Viewer } from '../session/viewer.js';

export interface DecisionDeps {
  readonly access: Access;
  readonly store: ConsoleStore;
  readonly readDecisions: ReadDecisions;
  readonly readPolicies: ReadPolicies;
  readonly log: Logger;
}

/** Of any length: what is no id is refused as such, and not as an address that nobody knows. */
interface Asking {
  readonly Params: { readonly '*': string };
}

/** Why a notice went where it went, as far as the viewer may know. */
export function addDecision(app: FastifyInstance, deps: DecisionDeps): void {
  const { access } = deps;
  const route = { schema: { querystring: noQuery }, onRequest: access.requireViewer };
  app.get<Asking>('/v1/notices/*', route, async (request): Promise<ShownDecision> => {
    return decisionFor(access.viewerOf(request), parseAsked(request.params['*']), deps);
  });
}

interface Asked {
  readonly id: NoticeId;
  readonly revision?: number;
}

/** `id` or `id.revision`. Throws `id-invalid` with the place. */
function parseAsked(text: string): Asked {
  try {
    if (!text.includes('.')) return { id: parseNoticeId(text) };
    const jti = parseJti(text);
    return { id: parseNoticeId(jti.split('.')[0]), revision: revisionOf(jti) };
  } catch {
    const message =
      'expected the id of a notice, such as `0190b7a2-6f3c-7d21-9e4b-5a8c1d2e3f40`, or one revision of it, with `.1` behind it';
    throw fail('id-invalid', `\`id\`: ${message}`, [{ path: '/id', message }]);
  }
}

/**
 * The auditor is asked once and knows whose eyes these are; whatever it does not show is, in every way, a notice that is
 * not there.
 */
async function decisionFor(
  viewer: Viewer,
  { id, revision }: Asked,
  deps: DecisionDeps,
): Promise<ShownDecision> {
  const records = await deps.readDecisions(auditorViewer(viewer), id);
  const revisions = foldDecision(records).filter(
    ({ jti }) => revision === undefined || revisionOf(jti) === revision,
  );
  if (revisions.length === 0) throw fail('not-found', 'no such notice');
  return { id, revisions: await showAll(revisions, { ...deps, id, viewer }) };
}

interface Showing extends DecisionDeps {
  readonly id: NoticeId;
  readonly viewer: Viewer;
}

async function showAll(
  revisions: readonly Revision[],
  { id, viewer, store, readPolicies, log }: Showing,
): Promise<readonly ShownRevision[]> {
  const mayKnowRules = ({ originator }: Revision): boolean =>
    viewer.scope === undefined || viewer.scope.org === originator;
  const workspace = revisions.some(mayKnowRules) ? await readPolicies().catch(unread(log)) : undefined;
  const heard = store.ring.about(id, viewer.scope).map((row) => showEvent(row, viewer));
  const shown: ShownRevision[] = [];
  for (const revision of revisions) {
    const sources: Sources = { heard, workspace, isWhole: mayKnowRules(revision) };
    shown.push(showRevision(revision, sources));
    await turn();
  }
  return shown;
}

/** The page says it too; where, the log does. */
function unread(log: Logger): (thrown: unknown) => undefined {
  return (err) => {
    log.warn({ err }, 'the policies here cannot be read');
    return undefined;
  };
}
