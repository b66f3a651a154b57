import type { InboxLog } from './gateway-inbox-log.js';
import type { WarnableRow, WarnedNotices } from './warnings/warned-notices.js';
import { createMove } from './gateway-holdings.js';
import type { Database } from '../sqlite.js';

/**
 * A held notice that expired, with its delivery and the digest of what was held, for the word to its
 * originator.
 */
export interface ExpiredHeld {
  readonly originator: string;
  readonly id: string;
  readonly number: number;
  readonly delivery: number;
  readonly leaf: number;
  readonly disclosed: string;
  /** The ground on which it is kept; null: it was erased. */
  readonly keep: string | null;
}

/**
 * The work of a sweep on received notices. Methods belong into a transaction; `now` in milliseconds since the
 * epoch.
 */
export interface InboxSweep extends WarnedNotices {
  /** Erases expired notices; one that is kept on a ground is hidden instead. */
  expire(now: number, limit: number): readonly ExpiredHeld[];
  /** Shows notices again whose suspension is over; returns how many. */
  show(now: number, limit: number): number;
}

interface InboxSweepDeps {
  readonly log: InboxLog;
  readonly forgetText: (seq: number) => void;
}

/** Creates the sweep on the table `inbox`. */
export function createInboxSweep(db: Database, deps: InboxSweepDeps): InboxSweep {
  const hidden = db.prepare<[number, number], { readonly seq: number }>(
    'SELECT seq FROM inbox WHERE hidden_until IS NOT NULL AND hidden_until <= ? ORDER BY hidden_until LIMIT ?',
  );
  const unhide = db.prepare<[number]>('UPDATE inbox SET hidden_until = NULL WHERE seq = ?');
  const due = db.prepare<[number, number], Omit<WarnableRow, 'isCurrent'>>(
    `SELECT seq, originator, id, number, exp, review_at AS reviewAt, warn_at AS warnAt FROM inbox
     WHERE warn_at IS NOT NULL AND warn_at <= ? ORDER BY warn_at LIMIT ?`,
  );
  const next = db.prepare<[number | null, number]>('UPDATE inbox SET warn_at = ? WHERE seq = ?');
  const move = createMove(db, deps);
  return {
    expire: expiring(db, deps),
    show: (now, limit) => {
      const rows = hidden.all(now, limit);
      for (const { seq } of rows) {
        unhide.run(seq);
        move(seq, { name: 'resumed', detail: '{"reason":null}' });
      }
      return rows.length;
    },
    dueWarnings: (now, limit) => due.all(now, limit).map((row) => ({ ...row, isCurrent: true })),
    warn: ({ seq, originator, id, number }, warnings, times) => {
      for (const { name, detail } of warnings) {
        deps.log.add({ name, originator, id, number, detail, at: times.at });
      }
      next.run(times.next, seq);
    },
  };
}

interface EndedRow extends ExpiredHeld {
  readonly seq: number;
}

function expiring(db: Database, { log, forgetText }: InboxSweepDeps): InboxSweep['expire'] {
  const ended = db.prepare<[number, number], EndedRow>(
    `SELECT seq, inbox.originator, inbox.id, number, delivery, leaf, disclosed, keep FROM inbox
     LEFT JOIN holding ON holding.originator = inbox.originator AND holding.id = inbox.id
     WHERE exp <= ? AND kept = 0 ORDER BY exp LIMIT ?`,
  );
  const erase = db.prepare<[number]>('DELETE FROM inbox WHERE seq = ?');
  const hide = db.prepare<[number]>(
    'UPDATE inbox SET kept = 1, hidden_until = NULL, warn_at = NULL WHERE seq = ?',
  );
  const end = db.prepare<[string, string]>(
    "UPDATE known SET ended = 'expired' WHERE originator = ? AND id = ? AND ended IS NULL",
  );
  const forget = db.prepare<[string, string]>(
    "UPDATE holding SET early = '[]', actions = '[]' WHERE originator = ? AND id = ?",
  );
  return (now, limit) => {
    const rows = ended.all(now / 1000, limit);
    for (const { seq, originator, id, number, keep } of rows) {
      end.run(originator, id);
      if (keep === null) {
        erase.run(seq);
        forget.run(originator, id);
        forgetText(seq);
      } else hide.run(seq);
      log.add({ name: 'ended', originator, id, number, detail: '{"reason":"expired"}', at: now });
    }
    return rows;
  };
}
