import { Readable } from 'node:stream';
import { fastify, type FastifyInstance, type FastifyRequest } from 'fastify';
import { encodeBase64url } from '../shared/kernel/base64url.js';
import { fail } from '../shared/kernel/errors.js';
import { parseCommandId, parseEntryId, parseJti, parseNoticeId, parseOrgId } from '../shared/kernel/ids.js';
import type { Alarms } from '../shared/runtime/alarms.js';
import { addHealth } from '../shared/runtime/http-health.js';
import { answerProblems } from '../shared/runtime/http-problem.js';
import { schemaChecks, wholeNumber } from '../shared/runtime/http-query.js';
import { httpServerOptions } from '../shared/runtime/http-server-options.js';
import type { Logger } from '../shared/runtime/logger.js';
import type { Archive, KeptEntry } from './archive.js';
import type { EntryQuery } from '../shared/store/append/quarantine-index.js';
import { authorise, type Callers } from '../shared/trust/callers.js';
import type { ScopeOf } from '../shared/trust/tokens.js';
import { decisionsFor, type Seen, type ViewerScope } from './decisions.js';
import { newestNotices, noticesNamed, type SeenNotices } from './notices.js';
import { type SeenCommand, seeCommands, type SeenEntry, seeEntry } from './quarantine.js';

interface HttpDeps {
  readonly archive: Archive;
  readonly callers: Callers;
  readonly log: Logger;
  readonly alarms: Pick<Alarms, 'list'>;
  /** Codes that say why the auditor is not ready; empty when it is. */
  readonly reasons: () => readonly string[];
}

/**
 * `records:read`: whole records, for the router and the federation's auditor. `decisions:read`: a viewer's share of a
 * notice, and what its own notices were decided from. `quarantine:read`: a viewer's share of the quarantine, and commands.
 */
type Scope = ScopeOf<'auditor'>;

/** Ids and `viewer` are read by their parsers (`id-invalid`); parameters that a route does not know are ignored. */
const querystring = {
  records: { type: 'object', properties: { from: wholeNumber(1), limit: wholeNumber(1_000) } },
  notices: { type: 'object', properties: { limit: wholeNumber(100) } },
  quarantine: {
    type: 'object',
    properties: {
      limit: wholeNumber(100),
      state: { type: 'string', enum: ['open', 'closed'] },
      entry: {
        type: 'string',
        pattern: '^[0-9a-f]{1,64}$',
        description: 'the beginning of an entry, in hex',
      },
      reason: {
        type: 'string',
        pattern: '^[a-z][a-z0-9-]{0,63}$',
        description: 'a code, such as `expired`',
      },
    },
  },
};

interface RecordsQuery {
  readonly from: string;
  readonly limit: string;
}

interface NamedQuery {
  readonly viewer?: unknown;
  readonly id?: unknown;
}

interface NoticesQuery {
  readonly viewer?: unknown;
  readonly jti?: unknown;
  readonly limit: string;
}

interface EntriesQuery {
  readonly viewer?: unknown;
  readonly org?: unknown;
  readonly after?: unknown;
  readonly entry?: string;
  readonly state?: 'open' | 'closed';
  readonly reason?: string;
  readonly limit: string;
}

const MAX_RECORDS = 10_000;
const MAX_ENTRIES = 1_000;
const MAX_NOTICES = 1_000;

/** Creates the auditor's read-only HTTP API: whole records by number, and what a viewer may see of notices and quarantine. */
export function createHttp({ archive, callers, log, ...health }: HttpDeps): FastifyInstance {
  const app = fastify({
    ...httpServerOptions(),
    logger: false,
    forceCloseConnections: true,
    ajv: schemaChecks,
  });
  const guard = (scope: Scope, query?: keyof typeof querystring) => ({
    schema: query === undefined ? {} : { querystring: querystring[query] },
    onRequest: async ({ headers }: FastifyRequest): Promise<void> => {
      authorise(callers(), headers.authorization, scope);
    },
  });
  answerProblems(app, log);
  addHealth(app, health);
  const records = guard('records:read', 'records');
  app.get<{ Querystring: RecordsQuery }>('/v1/records', records, async ({ query }, reply) => {
    const lines = linesOf(archive.read(Number(query.from), Math.min(Number(query.limit), MAX_RECORDS)));
    return reply.type('application/x-ndjson').send(Readable.from(lines));
  });
  app.get<{ Querystring: NamedQuery }>('/v1/decisions', guard('decisions:read'), async ({ query }) => ({
    id: query.id,
    records: await lookUp(archive, query),
  }));
  const notices = guard('decisions:read', 'notices');
  app.get<{ Querystring: NoticesQuery }>('/v1/notices', notices, ({ query }) =>
    lookUpNotices(archive, query),
  );
  const entries = guard('quarantine:read', 'quarantine');
  app.get<{ Querystring: EntriesQuery }>('/v1/quarantine', entries, ({ query }) =>
    listEntries(archive, query),
  );
  app.get<{ Querystring: NamedQuery }>('/v1/commands', guard('quarantine:read'), ({ query }) =>
    lookUpCommand(archive, query),
  );
  return app;
}

async function* linesOf(entries: AsyncIterable<KeptEntry>): AsyncGenerator<string> {
  for await (const { bytes, ...entry } of entries) {
    yield `${JSON.stringify({ ...entry, record: encodeBase64url(bytes) })}\n`;
  }
}

/** Answers the same for an unknown notice, a notice that the viewer may not see, and a missing viewer. */
async function lookUp(archive: Archive, { viewer, id }: NamedQuery): Promise<readonly Seen[]> {
  const notice = parseNoticeId(id);
  const entries: KeptEntry[] = [];
  for await (const entry of archive.about(notice)) entries.push(entry);
  const seen = viewer === undefined ? [] : decisionsFor(parseViewer(viewer), notice, entries);
  if (seen.length === 0) throw fail('not-found', 'no such notice');
  return seen;
}

/** Answers the notices of a `jti`, or the newest ones. Empty without a viewer. */
async function lookUpNotices(archive: Archive, query: NoticesQuery): Promise<SeenNotices> {
  const { viewer, jti } = query;
  if (viewer === undefined) return { notices: [], complete: true };
  const who = parseViewer(viewer);
  if (jti !== undefined) return { notices: await noticesNamed(archive, who, parseJti(jti)), complete: true };
  return newestNotices(archive, { viewer: who, limit: Math.min(Number(query.limit), MAX_NOTICES) });
}

interface Page {
  readonly entries: readonly SeenEntry[];
  /** `after` of the next page; null on the last. Holds only what the viewer may see. */
  readonly next: string | null;
}

const EMPTY_PAGE: Page = { entries: [], next: null };

/** Lists quarantine entries, the newest first. Empty without a viewer. */
async function listEntries(archive: Archive, query: EntriesQuery): Promise<Page> {
  const { viewer, org } = query;
  if (viewer === undefined) return EMPTY_PAGE;
  const who = parseViewer(viewer);
  if (who !== 'federation' && org !== undefined && org !== who) return EMPTY_PAGE;
  const limit = Math.min(Number(query.limit), MAX_ENTRIES);
  const filter = filterOf({ ...query, org: who === 'federation' ? org : who });
  // The position of another organisation's entry would reveal whether it exists.
  if (who !== 'federation' && (filter.after?.org ?? who) !== who) throw foreignCursor();
  const listed = archive.quarantine.list({ ...filter, limit: limit + 1 });
  const shown = listed.slice(0, limit);
  const seen = await Promise.all(
    shown.map(async (one) => {
      const records = await recordsAt(archive, archive.quarantine.numbersOf(one));
      return seeEntry(who, one.entry, records);
    }),
  );
  const last = listed.length > limit ? shown.at(-1) : undefined;
  const next = last === undefined ? null : encodeBase64url(Buffer.from(`${last.org} ${last.entry}`));
  return { entries: seen.filter((one) => one !== undefined), next };
}

function filterOf({
  org,
  entry,
  state,
  reason,
  after,
}: Omit<EntriesQuery, 'limit'>): Omit<EntryQuery, 'limit'> {
  return {
    ...(org === undefined ? {} : { org: parseOrgId(org) }),
    ...(entry === undefined ? {} : { prefix: entry }),
    ...(state === undefined ? {} : { state }),
    ...(reason === undefined ? {} : { reason }),
    ...(after === undefined ? {} : { after: parseCursor(after) }),
  };
}

/** Answers the federation alone; other viewers get `not-found`, as for an unknown command. */
async function lookUpCommand(archive: Archive, { viewer, id }: NamedQuery): Promise<SeenCommand> {
  const numbers = archive.quarantine.commandNumbers(parseCommandId(id));
  const [seen] = viewer === 'federation' ? seeCommands(await recordsAt(archive, numbers)) : [];
  if (seen === undefined) throw fail('not-found', 'no such command');
  return seen;
}

async function recordsAt(archive: Archive, numbers: readonly number[]): Promise<readonly KeptEntry[]> {
  const found: KeptEntry[] = [];
  for (const at of numbers) for await (const record of archive.read(at, 1)) found.push(record);
  return found;
}

function parseCursor(value: unknown): NonNullable<EntryQuery['after']> {
  const [org, entry, ...more] = Buffer.from(String(value), 'base64url').toString().split(' ');
  if (more.length > 0) throw foreignCursor();
  return { org: parseOrgId(org), entry: parseEntryId(entry) };
}

const foreignCursor = (): Error => fail('usage', '`after` is the `next` of an earlier answer');

function parseViewer(value: unknown): ViewerScope {
  return value === 'federation' ? value : parseOrgId(value);
}
