import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Clock } from '../../shared/kernel/clock.js';
import { fail } from '../../shared/kernel/errors.js';
import { type NoticeId, parseJti, parseNoticeId } from '../../shared/kernel/ids.js';
import type { Deadlines } from '../../shared/notice/deadlines.js';
import { noQuery, queryOf } from '../../shared/runtime/http-query.js';
import { signalOf } from '../../shared/runtime/http-request-limit.js';
import type { Logger } from '../../shared/runtime/logger.js';
import type { LoadPolicies } from '../../shared/policy/load/load-in-child.js';
import type { ConsoleStore } from '../../shared/store/console/console-store.js';
import { createReadDecisions, type ReadDecisions } from './ledger-records.js';
import { foldDecision, type Revision, numberIn } from './fold-decision.js';
import type { Access } from '../session/http-access.js';
import { createReadPolicies, type ReadPolicies } from './read-policies.js';
import { showEvent } from '../tail/show-event.js';
import { readQuestion, type TailQuery } from '../tail/tail-question.js';
import { ordersIn, type StageSources } from './notice-stages.js';
import { showRevision } from './show-decision.js';
import { showNoticeLife } from './show-notice-life.js';
import { recentNotices } from './recent-notices.js';
import type { ShownDecision, ShownRecent, ShownRevision } from './shown-decision.js';
import type { Directory } from '../../shared/trust/directory.js';
import type { LivePolicies } from '../policies/live-policies.js';
import type { AuditorClient } from '../auditor-client.js';
import { auditorViewer, type Viewer } from '../session/viewer.js';

/** What the route of a decision uses. */
export interface DecisionDeps {
  readonly access: Access;
  readonly store: ConsoleStore;
  readonly auditor: AuditorClient;
  readonly directory: () => Directory;
  readonly live: Pick<LivePolicies, 'read'>;
  /** Reads a folder of policies. */
  readonly loadPolicies: LoadPolicies;
  readonly log: Logger;
  readonly clock: Clock;
  readonly deadlines: Deadlines;
}

interface Sources extends Pick<DecisionDeps, 'store' | 'log' | 'clock' | 'deadlines'> {
  readonly readDecisions: ReadDecisions;
  readonly readPolicies: ReadPolicies;
}

/** A wildcard, so that a malformed id of any length is refused as `id-invalid`, not as an unknown path. */
interface Asking {
  readonly Params: { readonly '*': string };
}

/** Adds `/v1/notices/<id>`: who received a notice and why, as far as the viewer may know. */
export function addDecision(app: FastifyInstance, deps: DecisionDeps): void {
  const { access, store, log, clock, deadlines, auditor, directory, live, loadPolicies } = deps;
  const sources = {
    store,
    log,
    clock,
    deadlines,
    readPolicies: createReadPolicies({ live, directory, load: loadPolicies }),
  };
  const route = { schema: { querystring: noQuery } };
  addRecent(app, deps);
  app.get<Asking>('/v1/notices/*', route, async (request): Promise<ShownDecision> => {
    const readDecisions = createReadDecisions(auditor.during(signalOf(request)));
    return decisionFor(access.viewerOf(request), parseAsked(request.params['*']), {
      ...sources,
      readDecisions,
    });
  });
}

const LISTS = ['kind', 'from', 'to'] as const;
const words = { type: 'array', items: { type: 'string' } };
const recentQuery = queryOf(Object.fromEntries(LISTS.map((name) => [name, words])));

interface RecentQuery {
  readonly Querystring: Pick<TailQuery, (typeof LISTS)[number]>;
}

/** Adds `/v1/notices`: the newest notices, from the status events of the last day. */
function addRecent(app: FastifyInstance, { access, store }: DecisionDeps): void {
  const route = { schema: { querystring: recentQuery } };
  app.get<RecentQuery>('/v1/notices', route, async (request): Promise<ShownRecent> => {
    const viewer = access.viewerOf(request);
    const { filter = {} } = readQuestion(request.query, 0);
    return recentNotices({ ring: store.ring, viewer, filter }, signalOf(request));
  });
}

interface Asked {
  readonly id: NoticeId;
  readonly number?: number;
}

/** `id` or `id.number`. Throws `id-invalid` with the place. */
function parseAsked(text: string): Asked {
  try {
    if (!text.includes('.')) return { id: parseNoticeId(text) };
    const jti = parseJti(text);
    return { id: parseNoticeId(jti.split('.')[0]), number: numberIn(jti) };
  } catch {
    const message =
      'expected the id of a notice, such as `0190b7a2-6f3c-7d21-9e4b-5a8c1d2e3f40`, or one revision of it, with its number appended';
    throw fail('id-invalid', `\`id\`: ${message}`, [{ path: '/id', message }]);
  }
}

/**
 * Sends one request to the auditor, on behalf of the viewer. A notice that the auditor does not show is
 * answered exactly like an unknown one.
 */
async function decisionFor(viewer: Viewer, { id, number }: Asked, sources: Sources): Promise<ShownDecision> {
  const records = await sources.readDecisions(auditorViewer(viewer), id);
  const all = foldDecision(records);
  const revisions = all.filter(({ jti }) => number === undefined || numberIn(jti) === number);
  if (revisions.length === 0) throw fail('not-found', 'no such notice');
  const now = sources.clock().getTime();
  const lives = [...new Set(revisions.map(({ originator }) => originator))].flatMap((org) => {
    const own = all.filter(({ originator }) => originator === org);
    return showNoticeLife(own, records, now) ?? [];
  });
  const context = { deadlines: sources.deadlines, now, observer: 'console' };
  const stagesFor = ({ originator, jti }: Revision): StageSources => {
    const newest = all.find((one) => one.originator === originator && one.refused === undefined);
    const state = lives.find((life) => life.originator === originator)?.state ?? '';
    if (newest?.jti !== jti) return { context, orders: new Map(), isOver: true };
    const isOver = !['in force', 'suspended'].includes(state);
    return { context, orders: ordersIn(originator, records), isOver };
  };
  return { id, revisions: await showAll(revisions, { ...sources, id, viewer, stagesFor }), lives };
}

interface Showing extends Pick<Sources, 'store' | 'readPolicies' | 'log'> {
  readonly id: NoticeId;
  readonly viewer: Viewer;
  readonly stagesFor: (revision: Revision) => StageSources;
}

async function showAll(
  revisions: readonly Revision[],
  { id, viewer, store, readPolicies, log, stagesFor }: Showing,
): Promise<readonly ShownRevision[]> {
  const maySeeRules = ({ originator }: Revision): boolean =>
    viewer.scope === undefined || viewer.scope.org === originator;
  const workspace = revisions.some(maySeeRules) ? await readPolicies().catch(unread(log)) : undefined;
  const heard = store.ring.about(id, viewer.scope).map((row) => showEvent(row, viewer));
  const shown: ShownRevision[] = [];
  for (const revision of revisions) {
    const stages = stagesFor(revision);
    shown.push(showRevision(revision, { heard, workspace, stages, maySeeRules: maySeeRules(revision) }));
    await nextTurn();
  }
  return shown;
}

/** Logs the place of the fault; the page only says that the policies cannot be read. */
function unread(log: Logger): (thrown: unknown) => undefined {
  return (err) => {
    log.warn({ err }, 'the live policies cannot be read');
    return undefined;
  };
}
