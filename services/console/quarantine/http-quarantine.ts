import type { FastifyInstance } from 'fastify';
import { fail } from '../../shared/kernel/errors.js';
import { parseCommandId, parseEntryId, parseOrgId } from '../../shared/kernel/ids.js';
import { didYouMean } from '../../shared/kernel/nearest.js';
import type { ShownCommand, ShownEntry, ShownQuarantine } from '../../shared/wire/shown-quarantine.js';
import type { AuditorClient } from '../auditor-client.js';
import type { Access } from '../session/http-access.js';
import type { Query } from '../http-question.js';
import { auditorViewer } from '../session/viewer.js';

export interface QuarantineDeps {
  readonly access: Access;
  readonly auditor: AuditorClient;
}

const SOUGHT = ['org', 'state', 'reason', 'entry', 'after', 'limit'];
const PAGE = '50';

/** What lies in quarantine and what was done about it, as the auditor lets this viewer see it. */
export function addQuarantine(app: FastifyInstance, { access, auditor }: QuarantineDeps): void {
  app.get<{ Querystring: Query }>('/v1/quarantine', async (request): Promise<ShownQuarantine> => {
    const viewer = auditorViewer(access.viewerOf(request));
    const asked = readSought(request.query);
    return (await auditor.get('/v1/quarantine', { limit: PAGE, ...asked, viewer })) as ShownQuarantine;
  });
  app.get<Named<'org' | 'entry'>>('/v1/quarantine/:org/:entry', async (request): Promise<ShownEntry> => {
    const viewer = auditorViewer(access.viewerOf(request));
    const named = { org: parseOrgId(request.params.org), entry: parseEntryId(request.params.entry) };
    const { entries } = (await auditor.get('/v1/quarantine', { ...named, viewer })) as ShownQuarantine;
    const [found] = entries;
    if (found === undefined) throw fail('not-found', 'no such entry');
    return found;
  });
  app.get<Named<'id'>>('/v1/commands/:id', async (request): Promise<ShownCommand> => {
    const viewer = auditorViewer(access.viewerOf(request));
    const id = parseCommandId(request.params.id);
    return (await auditor.get('/v1/commands', { id, viewer })) as ShownCommand;
  });
}

interface Named<Name extends string> {
  readonly Params: Readonly<Record<Name, string>>;
}

/** What it means is the auditor's to judge; that each is one word at most, and none is the viewer, is said here. */
function readSought(query: Query): Readonly<Record<string, string>> {
  const unknown = Object.keys(query).find((name) => !SOUGHT.includes(name));
  if (unknown !== undefined)
    throw fail('usage', `unknown parameter \`${unknown}\`${didYouMean(unknown, SOUGHT)}`);
  const given = Object.entries(query).filter(([, value]) => value !== '');
  const twice = given.find(([, value]) => typeof value !== 'string');
  if (twice !== undefined) throw fail('usage', `\`${twice[0]}\` is asked for once at most`);
  return Object.fromEntries(given) as Readonly<Record<string, string>>;
}
