import type { FastifyInstance, FastifyRequest } from 'fastify';
import { fail } from '../../shared/kernel/errors.js';
import { parseCommandId, parseEntryId, parseOrgId } from '../../shared/kernel/ids.js';
import { queryOf } from '../../shared/runtime/http-query.js';
import { signalOf } from '../../shared/runtime/http-request-limit.js';
import {
  markSimulated,
  type ShownCommand,
  type ShownEntry,
  type ShownQuarantine,
} from '../../shared/wire/shown-quarantine.js';
import type { AuditorClient } from '../auditor-client.js';
import type { SimulatedList } from '../../shared/runtime/simulated-list.js';
import type { Access } from '../session/http-access.js';
import { auditorViewer } from '../session/viewer.js';

/** What the routes of the quarantine use. */
export interface QuarantineDeps {
  readonly access: Access;
  readonly auditor: AuditorClient;
  readonly simulated: SimulatedList;
}

const text = { type: 'string' };
/** Each at most once; a query cannot name the viewer. The auditor checks the values. */
const quarantineQuery = queryOf({
  org: text,
  state: text,
  reason: text,
  entry: text,
  after: text,
  limit: text,
});
type QuarantineQuery = Readonly<Record<string, string>>;

const PAGE = '50';

/** Adds the routes of the quarantine: entries, and the commands on them, as the auditor shows them to the viewer. */
export function addQuarantine(app: FastifyInstance, { access, auditor, simulated }: QuarantineDeps): void {
  const ask = (request: FastifyRequest): AuditorClient => auditor.during(signalOf(request));
  const route = { schema: { querystring: quarantineQuery } };
  app.get<{ Querystring: QuarantineQuery }>('/v1/quarantine', route, async (request) => {
    const viewer = auditorViewer(access.viewerOf(request));
    const given = Object.fromEntries(Object.entries(request.query).filter(([, value]) => value !== ''));
    const asked = { limit: PAGE, ...given, viewer };
    const page = (await ask(request).get('/v1/quarantine', asked)) as ShownQuarantine;
    return { ...page, entries: page.entries.map((entry) => markSimulated(entry, simulated)) };
  });
  app.get<Named<'org' | 'entry'>>('/v1/quarantine/:org/:entry', async (request): Promise<ShownEntry> => {
    const viewer = auditorViewer(access.viewerOf(request));
    const named = { org: parseOrgId(request.params.org), entry: parseEntryId(request.params.entry) };
    const { entries } = (await ask(request).get('/v1/quarantine', { ...named, viewer })) as ShownQuarantine;
    const [found] = entries;
    if (found === undefined) throw fail('not-found', 'no such entry');
    return markSimulated(found, simulated);
  });
  app.get<Named<'id'>>('/v1/commands/:id', async (request): Promise<ShownCommand> => {
    const viewer = auditorViewer(access.viewerOf(request));
    const id = parseCommandId(request.params.id);
    return (await ask(request).get('/v1/commands', { id, viewer })) as ShownCommand;
  });
}

interface Named<Name extends string> {
  readonly Params: Readonly<Record<Name, string>>;
}
