import type { LedgerPosition } from './router-ledger.js';
import type { Database } from '../sqlite.js';

/** The key of a quarantine entry: an organisation and the digest of the message's bytes. */
export interface KnownEntry {
  readonly org: string;
  readonly entry: string;
}

/** Why a message was quarantined, as an error code, and the class of the message. */
export interface Why {
  readonly reason: string;
  readonly what: string;
}

/** The last recorded state of a command. */
export interface KnownCommand {
  readonly id: string;
  /** The digest of its token. */
  readonly digest: string;
  readonly verb: string;
  readonly person: string;
  readonly entry: string;
  /** The digest of the record that gave it its outcome. */
  readonly record: string;
  /** The sequence in COMMAND of the message that brought it. */
  readonly seq: number;
  /** When it was accepted, in seconds since the epoch. */
  readonly accepted: number;
  readonly outcome: string;
}

/** The position of a record on the ledger, and when it was recorded, in seconds since the epoch. */
export interface RecordStamp {
  readonly place: LedgerPosition;
  readonly at: number;
}

/**
 * The quarantine entries and commands recorded on the ledger. Writes belong into a transaction. Records that open and close
 * an entry may be applied in any order: the later position on the ledger counts.
 */
export interface RouterQuarantine {
  /** The reason of an open entry; undefined when it is unknown or closed. */
  find(entry: KnownEntry): Why | undefined;
  /**
   * Opens an entry with this reason, or reopens a closed one. Keeps the newest `MAX_OPEN` open entries of an organisation.
   */
  open(entry: KnownEntry, why: Why & RecordStamp): void;
  /** Closes an entry; the record that opened it may not be applied yet. */
  close(entry: KnownEntry, stamp: RecordStamp): void;
  command(id: string): KnownCommand | undefined;
  /** When the message with this sequence and token was accepted, in seconds since the epoch. */
  acceptedAt(message: Pick<KnownCommand, 'digest' | 'seq'>): number | undefined;
  /** Stores a command; never changes a final outcome and never replaces a command by another of the same id. */
  setCommand(command: KnownCommand): void;
  /**
   * Deletes up to `limit` entries closed and commands accepted before this time, in seconds since the epoch; returns how
   * many.
   */
  sweep(before: number, limit: number): number;
}

/**
 * Maximum open entries of an organisation. More than the QUARANTINE stream holds, so a deleted entry could not be replayed
 * anyway.
 */
const MAX_OPEN = 2_000;

// Sequences of different epochs cannot be compared: a record of another epoch counts as later than every stored one.
const LATER = (effect: 'opened' | 'closed'): string =>
  `excluded.epoch <> quarantine.epoch OR excluded.${effect} > quarantine.${effect}`;
const OTHER = (effect: 'opened' | 'closed'): string =>
  `${effect} = CASE WHEN excluded.epoch = quarantine.epoch THEN quarantine.${effect} ELSE 0 END`;

/** Creates the quarantine's part of the view on the tables `quarantine` and `command`. */
export function createRouterQuarantine(db: Database): RouterQuarantine {
  const { sweep: sweepEntries, ...entryMethods } = entries(db);
  const { sweep: sweepCommands, ...commandMethods } = commands(db);
  return {
    ...entryMethods,
    ...commandMethods,
    sweep: (before, limit) => sweepEntries(before, limit) + sweepCommands(before, limit),
  };
}

function entries(db: Database): Pick<RouterQuarantine, 'find' | 'open' | 'close' | 'sweep'> {
  const find = db.prepare<[string, string], Why>(
    'SELECT reason, what FROM quarantine WHERE org = ? AND entry = ? AND opened > closed',
  );
  const open = db.prepare<[string, string, string, string, number, string, number]>(
    `INSERT INTO quarantine (org, entry, reason, what, at, epoch, opened, closed) VALUES (?, ?, ?, ?, ?, ?, ?, 0)
     ON CONFLICT (org, entry) DO UPDATE SET reason = excluded.reason, what = excluded.what, at = excluded.at,
       epoch = excluded.epoch, opened = excluded.opened, ${OTHER('closed')}
     WHERE ${LATER('opened')}`,
  );
  const close = db.prepare<[string, string, number, string, number]>(
    `INSERT INTO quarantine (org, entry, reason, what, at, epoch, opened, closed) VALUES (?, ?, '', '', ?, ?, 0, ?)
     ON CONFLICT (org, entry) DO UPDATE SET epoch = excluded.epoch, closed = excluded.closed, ${OTHER('opened')}
     WHERE ${LATER('closed')}`,
  );
  const forget = db.prepare<[string, string, number]>(
    `DELETE FROM quarantine WHERE org = ? AND entry IN (SELECT entry FROM quarantine INDEXED BY quarantine_open
     WHERE org = ? AND opened > closed ORDER BY at DESC LIMIT -1 OFFSET ?)`,
  );
  const sweep = db.prepare<[number, number]>(
    `DELETE FROM quarantine WHERE (org, entry) IN (SELECT org, entry FROM quarantine INDEXED BY quarantine_closed
     WHERE closed > opened AND at < ? LIMIT ?)`,
  );
  return {
    find: ({ org, entry }) => find.get(org, entry),
    open: ({ org, entry }, { reason, what, at, place: { epoch, seq } }) => {
      open.run(org, entry, reason, what, at, epoch, seq);
      forget.run(org, org, MAX_OPEN);
    },
    close: ({ org, entry }, { at, place: { epoch, seq } }) => void close.run(org, entry, at, epoch, seq),
    sweep: (before, limit) => sweep.run(before, limit).changes,
  };
}

function commands(db: Database): Pick<RouterQuarantine, 'command' | 'acceptedAt' | 'setCommand' | 'sweep'> {
  const command = db.prepare<[string], KnownCommand>(
    'SELECT id, digest, verb, person, entry, record, seq, accepted, outcome FROM command WHERE id = ?',
  );
  const setCommand = db.prepare<[string, string, string, string, string, string, number, number, string]>(
    `INSERT INTO command (id, digest, verb, person, entry, record, seq, accepted, outcome)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET outcome = excluded.outcome, record = excluded.record
     WHERE command.outcome = 'accepted' AND command.digest = excluded.digest`,
  );
  const acceptedAt = db.prepare<[string, number], { accepted: number }>(
    'SELECT accepted FROM command WHERE digest = ? AND seq = ?',
  );
  const sweep = db.prepare<[number, number]>(
    'DELETE FROM command WHERE id IN (SELECT id FROM command WHERE accepted < ? LIMIT ?)',
  );
  return {
    command: (id) => command.get(id),
    acceptedAt: ({ digest, seq }) => acceptedAt.get(digest, seq)?.accepted,
    setCommand: ({ id, digest, verb, person, entry, record, seq, accepted, outcome }) =>
      void setCommand.run(id, digest, verb, person, entry, record, seq, accepted, outcome),
    sweep: (before, limit) => sweep.run(before, limit).changes,
  };
}
