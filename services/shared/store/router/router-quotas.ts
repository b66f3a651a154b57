import type { Database } from '../sqlite.js';

/** Number of notices that the ledger records for each organisation, by second. Call the writes within a transaction. */
export interface RouterQuotas {
  /** Adds notices recorded at this time, in seconds since the epoch; deletes rows older than two hours. */
  add(org: string, notices: number, at: number): void;
  /** Notices recorded from `from` to `to`, both included, in seconds since the epoch. */
  sum(org: string, from: number, to: number): number;
}

/** How long rows are kept, in seconds: longer than the longest period of a quota. */
const REMEMBER_S = 2 * 3_600;

/** Creates the quotas on the table `admitted`. */
export function createRouterQuotas(db: Database): RouterQuotas {
  const add = db.prepare<[string, number, number]>(
    `INSERT INTO admitted (org, second, notices) VALUES (?, ?, ?)
     ON CONFLICT (org, second) DO UPDATE SET notices = admitted.notices + excluded.notices`,
  );
  const forget = db.prepare<[string, number]>('DELETE FROM admitted WHERE org = ? AND second < ?');
  const sum = db.prepare<[string, number, number], { notices: number }>(
    'SELECT coalesce(sum(notices), 0) AS notices FROM admitted WHERE org = ? AND second BETWEEN ? AND ?',
  );
  return {
    add: (org, notices, at) => {
      add.run(org, at, notices);
      forget.run(org, at - REMEMBER_S);
    },
    sum: (org, from, to) => sum.get(org, from, to)?.notices ?? 0,
  };
}
