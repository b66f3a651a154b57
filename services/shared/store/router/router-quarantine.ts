import type { LedgerPosition } from './router-ledger.js';
import type { Database } from '../sqlite.js';

/** An entry of the quarantine: an organisation's bytes by their digest. */
export interface KnownEntry {
  readonly org: string;
  readonly entry: string;
}

/** Why an entry lies there, and what it is. */
export interface Why {
  readonly reason: string;
  readonly what: string;
}

/** A command on the ledger, as it stood there last. */
export interface KnownCommand {
  readonly id: string;
  /** Of its token. */
  readonly digest: string;
  /** The message of COMMAND that brought it. */
  readonly seq: number;
  /** Seconds since the epoch. */
  readonly accepted: number;
  readonly outcome: string;
}

/** Where on the ledger something was said, and when, in seconds since the epoch. */
export interface RecordStamp {
  readonly place: LedgerPosition;
  readonly at: number;
}

/**
 * What the ledger says of the quarantine and of commands. Writes are to stand within a transaction. What opens and what
 * closes an entry may come in any order: the later on the ledger counts.
 */
export interface RouterQuarantine {
  /** What lies there; undefined when there is none, or when it was closed. */
  find(entry: KnownEntry): Why | undefined;
  /** The same bytes again: open again, for the reason given last. */
  open(entry: KnownEntry, why: Why & RecordStamp): void;
  /** What opens it may not be known yet. */
  close(entry: KnownEntry, said: RecordStamp): void;
  command(id: string): KnownCommand | undefined;
  /** When the very message that brought this token was accepted, in seconds since the epoch. */
  acceptedAt(message: Pick<KnownCommand, 'digest' | 'seq'>): number | undefined;
  /** Its end is never taken back, and never another command put in its place. */
  setCommand(command: KnownCommand): void;
  /** Forgets what was closed, and commands accepted, before (seconds since the epoch). */
  sweep(before: number): void;
}

// Sequences of two lives of the ledger do not compare: what is read of another one is later than all that stands here.
const LATER = (effect: 'opened' | 'closed'): string =>
  `excluded.epoch <> quarantine.epoch OR excluded.${effect} > quarantine.${effect}`;
const OTHER = (effect: 'opened' | 'closed'): string =>
  `${effect} = CASE WHEN excluded.epoch = quarantine.epoch THEN quarantine.${effect} ELSE 0 END`;

export function createRouterQuarantine(db: Database): RouterQuarantine {
  const { sweep: sweepEntries, ...lying } = entries(db);
  const { sweep: sweepCommands, ...known } = commands(db);
  return {
    ...lying,
    ...known,
    sweep: (before) => {
      sweepEntries(before);
      sweepCommands(before);
    },
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
  const sweep = db.prepare<[number]>('DELETE FROM quarantine WHERE closed > opened AND at < ?');
  return {
    find: ({ org, entry }) => find.get(org, entry),
    open: ({ org, entry }, { reason, what, at, place: { epoch, seq } }) =>
      void open.run(org, entry, reason, what, at, epoch, seq),
    close: ({ org, entry }, { at, place: { epoch, seq } }) => void close.run(org, entry, at, epoch, seq),
    sweep: (before) => void sweep.run(before),
  };
}

function commands(db: Database): Pick<RouterQuarantine, 'command' | 'acceptedAt' | 'setCommand' | 'sweep'> {
  const command = db.prepare<[string], KnownCommand>(
    'SELECT id, digest, seq, accepted, outcome FROM command WHERE id = ?',
  );
  const setCommand = db.prepare<[string, string, number, number, string]>(
    `INSERT INTO command (id, digest, seq, accepted, outcome) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET outcome = excluded.outcome
     WHERE command.outcome = 'accepted' AND command.digest = excluded.digest`,
  );
  const acceptedAt = db.prepare<[string, number], { accepted: number }>(
    'SELECT accepted FROM command WHERE digest = ? AND seq = ?',
  );
  const sweep = db.prepare<[number]>('DELETE FROM command WHERE accepted < ?');
  return {
    command: (id) => command.get(id),
    acceptedAt: ({ digest, seq }) => acceptedAt.get(digest, seq)?.accepted,
    setCommand: ({ id, digest, seq, accepted, outcome }) =>
      void setCommand.run(id, digest, seq, accepted, outcome),
    sweep: (before) => void sweep.run(before),
  };
}
