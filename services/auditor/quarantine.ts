import { fail } from '../shared/kernel/errors.js';
import type { ListedEntry, QuarantineIndex } from '../shared/store/append/quarantine-index.js';
import type { ViewerScope } from './decisions/decisions.js';
import { claimsOf, type RecordClaims } from './record-facts.js';
import type { RecordFacts, ArchiveReader } from './archive-reader.js';

/** A command with its outcome so far. */
export interface SeenCommand {
  readonly id: unknown;
  readonly verb: unknown;
  readonly org: unknown;
  readonly entry: unknown;
  /** `accepted` while it runs. */
  readonly outcome: unknown;
  /** Why it was refused, or would be. */
  readonly code: unknown;
  readonly person: unknown;
  readonly note: unknown;
  /** When the router signed the record. */
  readonly at: string;
  readonly results: readonly RecordClaims[];
}

/** An entry of the quarantine as its record describes it, without its bytes. */
export interface SeenEntry {
  readonly entry: unknown;
  readonly org: unknown;
  readonly what: unknown;
  readonly reason: unknown;
  /** In bytes. */
  readonly size: unknown;
  readonly subject: unknown;
  readonly at: string;
  readonly state: 'open' | 'replayed' | 'discarded';
  readonly closedAt: string | null;
  /** Number of its record in the archive. For the federation alone: it would tell a member how many records others have. */
  readonly record?: number;
  /** The newest commands, in order; for the federation alone, because they name the hub's staff. */
  readonly commands: readonly SeenCommand[];
}

/** Maximum command records shown for one entry, and bytes of records read for one page. */
const MAX_COMMANDS = 100;
const PAGE_BYTES = 4 * 1024 * 1024;

interface SeeEntriesParams {
  readonly viewer: ViewerScope;
  /** Creates a reader. A request uses two: for the records that opened the entries, and for later records about them. */
  readonly reader: () => ArchiveReader;
  readonly numbersOf: QuarantineIndex['numbersOf'];
}

/** The entries of a page; `taken` is the number of listed entries that were read for it. */
export interface SeenPage {
  readonly entries: readonly SeenEntry[];
  readonly taken: number;
}

/**
 * Reads the listed entries in order, as far as the viewer may see them. Stops after about 4 MiB of records, but shows at
 * least one entry.
 */
export async function seeEntries(
  listed: readonly ListedEntry[],
  { viewer, reader, numbersOf }: SeeEntriesParams,
): Promise<SeenPage> {
  // Entries opened by one record are adjacent, so that the record is read once.
  const [opening, later] = [reader(), reader()];
  const entries: SeenEntry[] = [];
  let [read, taken] = [0, 0];
  const count = (facts: RecordFacts): RecordFacts => {
    read += facts.size;
    return facts;
  };
  for (const one of listed) {
    if (read >= PAGE_BYTES) break;
    const opened = count(await opening.facts(one.opened));
    const closed = one.closed > one.opened ? count(await later.facts(one.closed)) : undefined;
    const numbers = viewer === 'federation' ? numbersOf(one, MAX_COMMANDS) : [];
    const commands: RecordFacts[] = [];
    for (const number of numbers) {
      if (number !== one.opened) commands.push(count(await later.facts(number)));
    }
    entries.push(entryOf(viewer, one, { opened, closed, commands }));
    taken += 1;
  }
  return { entries, taken };
}

interface EntryRecords {
  readonly opened: RecordFacts;
  readonly closed: RecordFacts | undefined;
  readonly commands: readonly RecordFacts[];
}

function entryOf(
  viewer: ViewerScope,
  { entry }: ListedEntry,
  { opened, closed, commands }: EntryRecords,
): SeenEntry {
  const part = opened.parts.find((one) => one['type'] === 'quarantined' && one['entry'] === entry);
  if (part === undefined)
    throw fail('ledger-damaged', 'a record does not open the entry that the index names');
  const { what, reason, size, subject } = part;
  const { org, at } = opened;
  const isReplayed = closed?.parts.some(({ outcome }) => outcome === 'routed');
  return {
    entry,
    org,
    what,
    reason,
    size,
    subject,
    at,
    state: closed === undefined ? 'open' : isReplayed === true ? 'replayed' : 'discarded',
    closedAt: closed?.at ?? null,
    ...(viewer === 'federation'
      ? { record: opened.number, commands: seeCommands(commands) }
      : { commands: [] }),
  };
}

/** Returns the commands among the records, each as of its last record. */
export function seeCommands(records: readonly RecordFacts[]): readonly SeenCommand[] {
  const last = new Map<unknown, SeenCommand>();
  for (const { org, at, parts, token } of records) {
    const [part, ...results] = parts;
    if (part?.['type'] !== 'command') continue;
    const { command: id, verb, entry, outcome, code, person } = part;
    const { note = null } = claimsOf({ statement: token });
    last.set(id, { id, verb, entry, outcome, code, person, note, org, at, results });
  }
  return [...last.values()];
}
