import type { InboxEventName, InboxLog } from './gateway-inbox-log.js';
import type { Database } from '../sqlite.js';

/** The copy of a notice of another organisation; `exp` in seconds, `hiddenUntil` in milliseconds since the epoch. */
export interface StoredCopy {
  readonly sdJwt: string;
  readonly disclosed: string;
  readonly exp: number;
  readonly hiddenUntil: number | null;
  /** 1 for a copy that has ended and is kept on a ground. */
  readonly kept: number;
  /** In milliseconds since the epoch, as in `NewHeld`. */
  readonly reviewAt: number | null;
  readonly warnAt: number | null;
}

/** What is stored of one notice of another organisation, apart from its delivery. */
export interface StoredHolding {
  /** JSON; undefined before the first action. */
  readonly registers: string | undefined;
  readonly early: string;
  /** JSON: what proves the actions that decide what is held. */
  readonly actions: string;
  readonly answers: string;
  readonly keep: string | null;
  /** Rises with every write; 0 before the first. */
  readonly version: number;
  /** The newest revision that was held, and how it ended. */
  readonly known:
    | { readonly number: number; readonly digest: string; readonly ended: string | null }
    | undefined;
  readonly copy: StoredCopy | undefined;
}

/** A change for local systems: an event without content, or the copy as it is now. */
export interface StoredChange {
  readonly name: InboxEventName | 'notice' | 'resumed' | 'restricted' | 'extended' | 'unsealed';
  /** JSON. */
  readonly detail: string;
}

/** A holding to be stored. */
export interface NewHolding extends Omit<StoredHolding, 'known' | 'copy' | 'registers'> {
  readonly originator: string;
  readonly id: string;
  readonly registers: string;
  /** Undefined: nothing is held, and what is stored is erased. */
  readonly copy: StoredCopy | undefined;
  readonly changes: readonly StoredChange[];
  /** How the notice ended; undefined while it has not. */
  readonly ended: string | undefined;
  /** When it may be forgotten, in milliseconds since the epoch. */
  readonly forget: number;
  readonly at: number;
}

/** The holdings of notices of others. Methods that write belong into a transaction. */
export interface Holdings {
  read(originator: string, id: string): StoredHolding;
  /** The version of a stored holding; 0 before the first write. */
  version(originator: string, id: string): number;
  /** Stores a holding if its `version` is still the stored one; else returns false and stores nothing. */
  write(holding: NewHolding): boolean;
  /** Where the copy that is held came from; undefined when nothing is held. */
  origin(originator: string, id: string): HeldOrigin | undefined;
  /** The held notices above this pair, in the order of originator and id. */
  page(after: { readonly originator: string; readonly id: string }, limit: number): readonly HoldingPlace[];
}

/** The delivery that brought a copy. */
export interface HeldOrigin {
  readonly frame: string;
  /** Its index in the delivery. */
  readonly place: number;
  readonly number: number;
}

/** Names one notice of another organisation. */
export interface HoldingPlace {
  readonly originator: string;
  readonly id: string;
}

interface HoldingsDeps {
  readonly log: InboxLog;
  /** Removes a row of the inbox from the text index. */
  readonly forgetText: (seq: number) => void;
}

type HoldingRow = Pick<StoredHolding, 'early' | 'actions' | 'answers' | 'keep' | 'version'> & {
  readonly registers: string;
};

/** Creates the holdings on the tables `holding`, `known` and `inbox`. */
export function createHoldings(db: Database, deps: HoldingsDeps): Holdings {
  const row = db.prepare<[string, string], HoldingRow>(
    'SELECT registers, early, actions, answers, keep, version FROM holding WHERE originator = ? AND id = ?',
  );
  const known = db.prepare<[string, string], NonNullable<StoredHolding['known']>>(
    'SELECT number, digest, ended FROM known WHERE originator = ? AND id = ?',
  );
  const copy = db.prepare<[string, string], StoredCopy>(
    `SELECT sd_jwt AS sdJwt, disclosed, exp, hidden_until AS hiddenUntil, kept,
       review_at AS reviewAt, warn_at AS warnAt FROM inbox
     WHERE originator = ? AND id = ?`,
  );
  const page = db.prepare<[string, string, number], HoldingPlace>(
    'SELECT originator, id FROM inbox WHERE (originator, id) > (?, ?) ORDER BY originator, id LIMIT ?',
  );
  const version = db.prepare<[string, string], Pick<HoldingRow, 'version'>>(
    'SELECT version FROM holding WHERE originator = ? AND id = ?',
  );
  const versionOf = (originator: string, id: string): number => version.get(originator, id)?.version ?? 0;
  const origin = db.prepare<[string, string], HeldOrigin>(
    `SELECT delivery.frame, leaf AS place, number FROM inbox JOIN delivery ON delivery.seq = inbox.delivery
     WHERE inbox.originator = ? AND id = ?`,
  );
  const read: Holdings['read'] = (originator, id) => {
    const { registers, ...stored } = row.get(originator, id) ?? NONE;
    return { registers, ...stored, known: known.get(originator, id), copy: copy.get(originator, id) };
  };
  return {
    read,
    version: versionOf,
    origin: (originator, id) => origin.get(originator, id),
    write: writing(db, deps, versionOf),
    page: ({ originator, id }, limit) => page.all(originator, id, limit),
  };
}

const NONE = { registers: undefined, early: '[]', actions: '[]', answers: '[]', keep: null, version: 0 };

function writing(db: Database, deps: HoldingsDeps, versionOf: Holdings['version']): Holdings['write'] {
  const put = db.prepare<
    [...[string, string, string, string, string, string], string | null, number, number]
  >(
    `INSERT INTO holding (originator, id, registers, early, actions, answers, keep, version, forget)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (originator, id) DO UPDATE SET registers = excluded.registers, early = excluded.early,
       actions = excluded.actions, answers = excluded.answers, keep = excluded.keep, version = excluded.version, forget = max(forget, excluded.forget)`,
  );
  const end = db.prepare<[string, string, string]>(
    'UPDATE known SET ended = ? WHERE originator = ? AND id = ? AND ended IS NULL',
  );
  const change = changing(db, deps);
  return (holding) => {
    const { originator, id, registers, early, actions, answers, keep, version, ended, forget } = holding;
    if (versionOf(originator, id) !== version) return false;
    put.run(originator, id, registers, early, actions, answers, keep, version + 1, forget);
    if (ended !== undefined) end.run(ended, originator, id);
    change(holding);
    return true;
  };
}

interface HeldRow {
  readonly seq: number;
  readonly number: number;
  readonly sdJwt: string;
}

/** Changes or erases the stored copy, and adds the events about it. */
function changing(db: Database, { log, forgetText }: HoldingsDeps): (holding: NewHolding) => void {
  const held = db.prepare<[string, string], HeldRow>(
    'SELECT seq, number, sd_jwt AS sdJwt FROM inbox WHERE originator = ? AND id = ?',
  );
  const erase = db.prepare<[number]>('DELETE FROM inbox WHERE seq = ?');
  const update = db.prepare<[string, string, number, number | null, number, number | null, number]>(
    'UPDATE inbox SET sd_jwt = ?, disclosed = ?, exp = ?, hidden_until = ?, kept = ?, warn_at = ? WHERE seq = ?',
  );
  const remember = db.prepare<[number, string, string]>(
    'UPDATE known SET forget = max(forget, ?) WHERE originator = ? AND id = ?',
  );
  const move = createMove(db, { log, forgetText });
  return ({ originator, id, copy, changes, at }) => {
    const row = held.get(originator, id);
    if (row === undefined) return;
    for (const { name, detail } of changes) {
      if (isEventName(name)) log.add({ name, originator, id, number: row.number, detail, at });
    }
    if (copy === undefined) {
      erase.run(row.seq);
      forgetText(row.seq);
      return;
    }
    const { sdJwt, disclosed, exp, hiddenUntil, kept, warnAt } = copy;
    update.run(sdJwt, disclosed, exp, hiddenUntil, kept, warnAt, row.seq);
    remember.run(copy.exp * 1000 + REMEMBER_HELD_MS, originator, id);
    const shown = changes.findLast(({ name }) => !isEventName(name));
    if (shown) move(row.seq, shown);
    else if (copy.sdJwt !== row.sdJwt) move(row.seq);
  };
}

/** How long a held notice is remembered after its end. */
const REMEMBER_HELD_MS = 30 * 86_400_000;

function isEventName(name: StoredChange['name']): name is InboxEventName {
  return name === 'ended' || name === 'suspended' || name === 'review' || name === 'expiring';
}

/**
 * Creates the function that moves a row to the end of the inbox, so that clients that follow it get the row
 * again and its words are indexed again.
 */
export function createMove(
  db: Database,
  { log, forgetText }: HoldingsDeps,
): (seq: number, change?: StoredChange) => void {
  const move = db.prepare<[number, number]>('UPDATE inbox SET seq = ? WHERE seq = ?');
  const mark = db.prepare<[string, string, number]>('UPDATE inbox SET change = ?, detail = ? WHERE seq = ?');
  return (seq, change) => {
    if (change) mark.run(change.name, change.detail, seq);
    move.run(log.next(), seq);
    forgetText(seq);
  };
}
