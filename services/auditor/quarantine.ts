import { frames } from '../shared/wire/frames.js';
import type { KeptEntry } from './archive.js';
import type { ViewerScope } from './decisions.js';
import { claimsOf, type RecordClaims, partsOf } from './record-facts.js';

/** A command with what became of it, as far as it has come. */
export interface SeenCommand {
  readonly id: unknown;
  readonly verb: unknown;
  readonly org: unknown;
  readonly entry: unknown;
  /** `accepted` while it is being carried out. */
  readonly outcome: unknown;
  /** Why it was, or would be, refused. */
  readonly code: unknown;
  readonly person: unknown;
  readonly note: unknown;
  /** When the router signed the record. */
  readonly at: string;
  readonly results: readonly RecordClaims[];
}

/** An entry of the quarantine: what its record says of it, and nothing of its bytes. */
export interface SeenEntry {
  readonly entry: unknown;
  readonly org: unknown;
  readonly what: unknown;
  readonly reason: unknown;
  /** Bytes. */
  readonly size: unknown;
  readonly subject: unknown;
  readonly at: string;
  readonly state: 'open' | 'replayed' | 'discarded';
  readonly closedAt: string | null;
  /** The number of its record in the auditor's file; for the federation alone, as it counts everybody's records. */
  readonly record?: number;
  /** In order; for the federation alone, as the hub's people are nobody else's matter. */
  readonly commands: readonly SeenCommand[];
}

/** Folds every record of one entry, in order, into what the viewer may see of it; undefined when none opens it. */
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

/** Every command among the records, as its last record leaves it. */
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
