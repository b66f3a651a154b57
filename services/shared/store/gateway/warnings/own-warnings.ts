import type { InboxLog } from '../gateway-inbox-log.js';
import type { WarnedNotices } from './warned-notices.js';
import type { Database } from '../../sqlite.js';

interface DueOwn {
  readonly seq: number;
  readonly id: string;
  readonly number: number;
  readonly exp: number;
  readonly warnAt: number;
  /** From the header. */
  readonly originator: string | null;
  readonly review: string | null;
  readonly isNewest: 0 | 1;
}

/**
 * Creates the warnings of own notices on the table `own`. Their events are in the log of the inbox; the originator of
 * each is the organisation itself. Only the newest revision that was not refused gives events.
 */
export function createOwnWarnings(db: Database, log: InboxLog): WarnedNotices {
  const due = db.prepare<[number, number], DueOwn>(
    `SELECT seq, id, number, exp, warn_at AS warnAt, header ->> '$.originator' AS originator,
       header ->> '$.reviewAt' AS review,
       state <> 'refused' AND NOT EXISTS (SELECT 1 FROM own AS newer WHERE newer.id = own.id
         AND newer.revision > own.revision AND newer.state NOT IN ('awaiting-approval', 'refused')) AS isNewest
     FROM own WHERE warn_at IS NOT NULL AND warn_at <= ? ORDER BY warn_at LIMIT ?`,
  );
  const next = db.prepare<[number | null, number]>('UPDATE own SET warn_at = ? WHERE seq = ?');
  return {
    dueWarnings: (now, limit) =>
      due.all(now, limit).map(({ review, isNewest, originator, ...row }) => {
        const reviewAt = review === null ? null : Date.parse(review);
        return { ...row, originator: originator ?? '', reviewAt, isCurrent: isNewest === 1 };
      }),
    warn: ({ seq, originator, id, number }, warnings, times) => {
      for (const { name, detail } of warnings)
        log.add({ name, originator, id, number, detail, at: times.at });
      next.run(times.next, seq);
    },
  };
}
