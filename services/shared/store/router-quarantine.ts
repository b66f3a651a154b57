import type { Database } from './sqlite.js';

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

/** What the ledger says of the quarantine and of commands. Writes are to stand within a transaction. */
export interface RouterQuarantine {
  /** What lies there; undefined when there is none, or when it was closed. */
  find(entry: KnownEntry): Why | undefined;
  /** The same bytes again: open again, for the reason given last. `at` in seconds since the epoch. */
  open(entry: KnownEntry, why: Why & { readonly at: number }): void;
  close(entry: KnownEntry): void;
  command(id: string): KnownCommand | undefined;
  /** When the very message that brought this token was accepted, in seconds since the epoch. */
  acceptedAt(message: Pick<KnownCommand, 'digest' | 'seq'>): number | undefined;
  /** Its end is never taken back, and never another command put in its place. */
  setCommand(command: KnownCommand): void;
  /** Forgets what was closed, and commands accepted, before (seconds since the epoch). */
  sweep(before: number): void;
}

export function createRouterQuarantine(db: Database): RouterQuarantine {
  const find = db.prepare<[string, string], Why>(
    'SELECT reason, what FROM quarantine WHERE org = ? AND entry = ? AND closed = 0',
  );
  const open = db.prepare<[string, string, string, string, number]>(
    `INSERT INTO quarantine (org, entry, reason, what, at, closed) VALUES (?, ?, ?, ?, ?, 0)
     ON CONFLICT (org, entry) DO UPDATE SET reason = excluded.reason, what = excluded.what, at = excluded.at, closed = 0`,
  );
  const close = db.prepare<[string, string]>('UPDATE quarantine SET closed = 1 WHERE org = ? AND entry = ?');
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
  const closed = db.prepare<[number]>('DELETE FROM quarantine WHERE closed = 1 AND at < ?');
  const commands = db.prepare<[number]>('DELETE FROM command WHERE accepted < ?');
  return {
    find: ({ org, entry }) => find.get(org, entry),
    open: ({ org, entry }, { reason, what, at }) => void open.run(org, entry, reason, what, at),
    close: ({ org, entry }) => void close.run(org, entry),
    command: (id) => command.get(id),
    acceptedAt: ({ digest, seq }) => acceptedAt.get(digest, seq)?.accepted,
    setCommand: ({ id, digest, seq, accepted, outcome }) =>
      void setCommand.run(id, digest, seq, accepted, outcome),
    sweep: (before) => {
      closed.run(before);
      commands.run(before);
    },
  };
}
