import type { FastifyInstance } from 'fastify';
import { encodeBase64url } from '../../shared/kernel/base64url.js';
import { fail } from '../../shared/kernel/errors.js';
import { parseCommandId, parseEntryId, parseOrgId } from '../../shared/kernel/ids.js';
import { foreignCursor, wholeNumber } from '../../shared/runtime/http-query.js';
import { signalOf } from '../../shared/runtime/http-request-limit.js';
import type { EntryQuery } from '../../shared/store/append/quarantine-index.js';
import type { Archive } from '../archive.js';
import { type AuditorGuard, MAX_LIMIT, type NamedQuery, parseViewer } from './http-guard.js';
import { createArchiveReader } from '../archive-reader.js';
import { type SeenCommand, seeCommands, type SeenEntry, seeEntries } from '../quarantine.js';

/** The schema leaves `org`, `after` and `viewer` to their parsers, which throw `id-invalid`. */
const entriesQuery = {
  type: 'object',
  properties: {
    limit: wholeNumber(100),
    state: { type: 'string', enum: ['open', 'closed'] },
    entry: { type: 'string', pattern: '^[0-9a-f]{1,64}$', description: 'the beginning of an entry, in hex' },
    reason: {
      type: 'string',
      pattern: '^[a-z][a-z0-9-]{0,63}$',
      description: 'a code, such as `expired`',
    },
  },
};

interface EntriesQuery {
  readonly viewer?: unknown;
  readonly org?: unknown;
  readonly after?: unknown;
  readonly entry?: string;
  readonly state?: 'open' | 'closed';
  readonly reason?: string;
  readonly limit: string;
}

/** Adds the routes of the quarantine: a page of entries, and the outcome of a command. */
export function addQuarantineRoutes(app: FastifyInstance, guard: AuditorGuard, archive: Archive): void {
  const entries = guard('quarantine:read', entriesQuery);
  app.get<{ Querystring: EntriesQuery }>('/v1/quarantine', entries, (request) =>
    listEntries(archive, request.query, signalOf(request)),
  );
  app.get<{ Querystring: NamedQuery }>('/v1/commands', guard('quarantine:read'), (request) =>
    lookUpCommand(archive, request.query, signalOf(request)),
  );
}

interface Page {
  readonly entries: readonly SeenEntry[];
  /** `after` of the next page; null on the last. Holds only what the viewer may see. */
  readonly next: string | null;
}

const EMPTY_PAGE: Page = { entries: [], next: null };

/** Lists quarantine entries, the newest first. Empty without a viewer. */
async function listEntries(archive: Archive, query: EntriesQuery, signal: AbortSignal): Promise<Page> {
  const { viewer, org } = query;
  if (viewer === undefined) return EMPTY_PAGE;
  const who = parseViewer(viewer);
  if (who !== 'federation' && org !== undefined && org !== who) return EMPTY_PAGE;
  const limit = Math.min(Number(query.limit), MAX_LIMIT);
  const filter = filterOf({ ...query, org: who === 'federation' ? org : who });
  // The position of another organisation's entry would reveal whether it exists.
  if (who !== 'federation' && (filter.after?.org ?? who) !== who) throw foreignCursor();
  const listed = archive.quarantine.list({ ...filter, limit: limit + 1 });
  const reader = () => createArchiveReader(archive, signal);
  const { numbersOf } = archive.quarantine;
  const { entries, taken } = await seeEntries(listed.slice(0, limit), { viewer: who, reader, numbersOf });
  const last = taken < listed.length ? listed[taken - 1] : undefined;
  const next = last === undefined ? null : encodeBase64url(Buffer.from(`${last.org} ${last.entry}`));
  return { entries, next };
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
async function lookUpCommand(
  archive: Archive,
  { viewer, id }: NamedQuery,
  signal: AbortSignal,
): Promise<SeenCommand> {
  const number = archive.quarantine.commandNumber(parseCommandId(id));
  if (viewer === 'federation' && number !== undefined) {
    const [seen] = seeCommands([await createArchiveReader(archive, signal).facts(number)]);
    if (seen !== undefined) return seen;
  }
  throw fail('not-found', 'no such command');
}

function parseCursor(value: unknown): NonNullable<EntryQuery['after']> {
  const [org, entry, ...more] = Buffer.from(String(value), 'base64url').toString().split(' ');
  if (more.length > 0) throw foreignCursor();
  return { org: parseOrgId(org), entry: parseEntryId(entry) };
}
