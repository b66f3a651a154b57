import { frames } from '../shared/wire/frames.js';
import type { KeptEntry } from './archive.js';
import type { ViewerScope } from './decisions.js';
import { claimsOf, type RecordClaims, partsOf } from './record-facts.js';

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
  /** In order. For the federation alone: they name the hub's staff. */
  readonly commands: readonly SeenCommand[];
}

/** Folds the records of one entry, in order, into what the viewer may see; undefined when no record opens the entry. */
export function seeEntry(
  viewer: ViewerScope,
  entry: string,
  records: readonly KeptEntry[],
): SeenEntry | undefined {
  const opening = records.findLast((record) => openingPart(record, entry) !== undefined);
  const part = opening && openingPart(opening, entry);
  if (opening === undefined || part === undefined) return undefined;
  const { what, reason, size, subject } = part;
  const { org, at } = commonOf(opening);
  const commands = seeCommands(records);
  const closing = seeCommands(records.filter(({ number }) => number > opening.number)).find(isClosing);
  return {
    entry,
    org,
    what,
    reason,
    size,
    subject,
    at,
    state: closing === undefined ? 'open' : closing.outcome === 'routed' ? 'replayed' : 'discarded',
    closedAt: closing?.at ?? null,
    ...(viewer === 'federation' ? { record: opening.number, commands } : { commands: [] }),
  };
}

/** The commands among the records, each as of its last record. */
export function seeCommands(records: readonly KeptEntry[]): readonly SeenCommand[] {
  const last = new Map<unknown, SeenCommand>();
  for (const record of records) {
    const { statement, command: token = '' } = frames.record.decode(record.bytes);
    const [part, ...results] = partsOf(statement ?? undefined);
    if (part?.['type'] !== 'command') continue;
    const { command: id, verb, entry, outcome, code, person } = part;
    const { note = null } = claimsOf({ statement: token });
    last.set(id, { id, verb, entry, outcome, code, person, note, ...commonOf(record), results });
  }
  return [...last.values()];
}

const isClosing = ({ outcome }: SeenCommand): boolean => outcome === 'routed' || outcome === 'discarded';

function openingPart({ bytes }: KeptEntry, entry: string): RecordClaims | undefined {
  const { statement } = frames.record.decode(bytes);
  return partsOf(statement ?? undefined).find(
    (part) => part['type'] === 'quarantined' && part['entry'] === entry,
  );
}

function commonOf({ bytes }: KeptEntry): { readonly org: unknown; readonly at: string } {
  const { statement } = frames.record.decode(bytes);
  const { org, iat } = claimsOf({ statement: statement?.statement ?? '' });
  return { org, at: new Date(Number(iat) * 1000).toISOString() };
}
