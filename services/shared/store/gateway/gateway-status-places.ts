import type { GatewayFacts } from './gateway-facts.js';
import type { Database } from '../sqlite.js';

/**
 * The place of a notice in a status list; its status is 0 if it is shown, 1 if not held any more, 2 if
 * suspended.
 */
export interface StatusPlace {
  readonly place: number;
  readonly status: number;
}

/** The places of held notices in the status lists. Methods that write belong into a transaction. */
export interface StatusPlaces {
  /**
   * Gives places to up to `limit` held notices that have none; returns true when none is left. No place is
   * used twice: a notice keeps it after its end, until it is forgotten.
   */
  assign(limit: number, draw: () => number): boolean;
  /** The number of lists. */
  lists(): number;
  read(list: number): readonly StatusPlace[];
}

/** A list counts as full when half of its places are used, so that two draws find a free one on average. */
const MAX_USED = 2 ** 15;

/** Creates the places on the table `status_place`. */
export function createStatusPlaces(db: Database, facts: GatewayFacts): StatusPlaces {
  const waiting = db.prepare<
    [number, number],
    { readonly seq: number; readonly originator: string; readonly id: string }
  >('SELECT seq, originator, id FROM inbox WHERE seq > ? ORDER BY seq LIMIT ?');
  const has = db.prepare<[string, string], { readonly list: number }>(
    'SELECT list FROM status_place WHERE originator = ? AND id = ?',
  );
  const add = db.prepare<[string, string, number, number]>(
    'INSERT OR IGNORE INTO status_place (originator, id, list, place) VALUES (?, ?, ?, ?)',
  );
  const newest = db.prepare<[], { readonly list: number | null }>(
    'SELECT max(list) AS list FROM status_place',
  );
  const used = db.prepare<[number], { readonly n: number }>(
    'SELECT count(*) AS n FROM status_place WHERE list = ?',
  );
  const read = db.prepare<[number], StatusPlace>(
    `SELECT place, iif(seq IS NULL OR kept = 1, 1, iif(hidden_until IS NULL, 0, 2)) AS status FROM status_place
     LEFT JOIN inbox USING (originator, id) WHERE list = ?`,
  );
  return {
    assign: (limit, draw) => {
      const rows = waiting.all(facts.number('status-seq'), limit);
      let list = newest.get()?.list ?? 0;
      let left = MAX_USED - (used.get(list)?.n ?? 0);
      for (const { originator, id } of rows) {
        if (has.get(originator, id)) continue;
        if (left <= 0) [list, left] = [list + 1, MAX_USED];
        while (add.run(originator, id, list, draw()).changes === 0);
        left -= 1;
      }
      const last = rows.at(-1);
      if (last) facts.set('status-seq', last.seq);
      return rows.length < limit;
    },
    lists: () => (newest.get()?.list ?? 0) + 1,
    read: (list) => read.all(list),
  };
}
