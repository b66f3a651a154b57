import type { FastifyInstance } from 'fastify';
import { signalOf } from '../../shared/runtime/http-request-limit.js';
import { hexDigest } from '../../shared/trust/digest.js';
import type {
  ShownEndedLife,
  ShownLedger,
  ShownProgress,
  ShownRuledOut,
  ShownWaiting,
} from '../../shared/wire/shown-ledger.js';
import type { KeptEntry } from '../../shared/store/append/archived-entry.js';
import type { Archive } from '../archive.js';
import { type ArchiveReader, createArchiveReader } from '../archive-reader.js';
import type { AuditorGuard, NamedQuery } from './http-guard.js';
import type { CosignedNotes } from '../log/cosigned-notes.js';
import type { UnverifiableRecord } from '../keeper.js';
import { seeCommands } from '../quarantine.js';
import { claimsOf } from '../record-facts.js';

interface LedgerRouteDeps {
  readonly archive: Archive;
  readonly waiting: () => UnverifiableRecord | undefined;
  readonly sealer: { readonly cosigned: Pick<CosignedNotes, 'state'> };
  readonly progress: () => ShownProgress | null;
  readonly endedLives?: (() => Promise<readonly ShownEndedLife[]>) | undefined;
}

/** Maximum number of ruled-out records in one answer, newest first. */
const MAX_RULED_OUT = 50;

/** Adds `GET /v1/ledger`: the state of the file, for the federation alone. */
export function addLedgerRoute(
  app: FastifyInstance,
  guard: AuditorGuard,
  { archive, waiting, sealer, progress, endedLives }: LedgerRouteDeps,
): void {
  const route = guard('quarantine:read');
  app.get<{ Querystring: NamedQuery }>('/v1/ledger', route, async (request): Promise<ShownLedger> => {
    if (request.query.viewer !== 'federation')
      return { records: null, waiting: null, log: null, progress: null, ruledOut: [] };
    const at = waiting();
    const ended = (await endedLives?.()) ?? [];
    return {
      records: archive.count(),
      waiting: at === undefined ? null : shownWaiting(at),
      log: sealer.cosigned.state(),
      progress: progress(),
      ...(ended.length > 0 && { endedLives: ended }),
      ruledOut: await listRuledOut(archive, createArchiveReader(archive, signalOf(request))),
    };
  });
}

function shownWaiting({ epoch, seq, subject, bytes, code, since }: UnverifiableRecord): ShownWaiting {
  return { epoch, sequence: seq, subject, digest: hexDigest(bytes), code, since: since.toISOString() };
}

async function listRuledOut(archive: Archive, reader: ArchiveReader): Promise<readonly ShownRuledOut[]> {
  const found: ShownRuledOut[] = [];
  for (const number of archive.ruledOut(MAX_RULED_OUT))
    for await (const entry of archive.read(number, 1))
      found.push(await shownRuledOut(archive, reader, entry));
  return found;
}

/** Reads the order from the command's token. The record of the command, archived a moment later, names the person. */
async function shownRuledOut(
  { quarantine }: Archive,
  reader: ArchiveReader,
  { number, epoch, seq, subject, bytes, ruledOut = '' }: KeptEntry,
): Promise<ShownRuledOut> {
  const { entry, note, iat } = claimsOf({ statement: Buffer.from(bytes).toString() });
  const recorded = quarantine.commandNumber(ruledOut);
  const [command] = recorded === undefined ? [] : seeCommands([await reader.facts(recorded)]);
  return {
    record: number,
    epoch,
    sequence: seq,
    subject,
    digest: String(entry),
    command: ruledOut,
    person: typeof command?.person === 'string' ? command.person : null,
    note: String(note),
    at: new Date(Number(iat) * 1000).toISOString(),
  };
}
