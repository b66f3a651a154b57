import type { Database } from '../../sqlite.js';

/** One revision of an own notice that used break-glass. */
export interface BreakGlassRevision {
  readonly id: string;
  readonly number: number;
}

/** The own revisions that used break-glass, and the reviews of them. */
export interface BreakGlassUses {
  /** What the reviews that the hub did not refuse say: `unjustified` if one of them does; null without any. */
  findingOn(revision: BreakGlassRevision): string | null;
  /** True for a revision that the hub refused, or that ended before it was sent: routers take no review of it. */
  isUnrecorded(revision: BreakGlassRevision): boolean;
  /** The revisions that were submitted up to `to` (ms) and owe a review, oldest first. */
  unreviewed(to: number, limit: number): readonly BreakGlassRevision[];
}

/** The actions that review a revision with these SQL terms as the id of its notice and its `jti`. */
function reviewsOf(id: string, jti: string): string {
  return `own_item WHERE own_item.id = ${id} AND originator = '' AND verb = 'review'
    AND state NOT IN ('refused', 'ended') AND fields ->> '$.jti' = ${jti}`;
}

const USED = 'break_glass IS NOT NULL';
const UNRECORDED = `(state = 'refused' OR state = 'ended' AND frame IS NULL
    AND NOT EXISTS (SELECT 1 FROM reframed WHERE reframed.own = own.seq))`;
const UNREVIEWED = `${USED} AND NOT ${UNRECORDED}
  AND NOT EXISTS (SELECT 1 FROM ${reviewsOf('own.id', "own.id || '.' || own.number")})`;

/** Returns the table, in SQL, of the revisions that used break-glass, or of those of them that owe a review. */
export function tableOf(which: 'used' | 'unreviewed'): string {
  return `(SELECT * FROM own WHERE ${which === 'used' ? USED : UNREVIEWED})`;
}

/** Creates the queries on the tables `own` and `own_item`. */
export function createBreakGlassUses(db: Database): BreakGlassUses {
  const finding = db.prepare<[string, string], { readonly finding: string | null }>(
    `SELECT max(fields ->> '$.reason') AS finding FROM ${reviewsOf('?1', '?2')}`,
  );
  const unrecorded = db.prepare<[string, number], { readonly n: number }>(
    `SELECT EXISTS (SELECT 1 FROM own WHERE id = ? AND number = ? AND ${UNRECORDED}) AS n`,
  );
  const unreviewed = db.prepare<[number, number], BreakGlassRevision>(
    `SELECT id, number FROM own INDEXED BY own_break_glass WHERE ${UNREVIEWED} AND at <= ? ORDER BY seq LIMIT ?`,
  );
  return {
    findingOn: ({ id, number }) => finding.get(id, `${id}.${number}`)?.finding ?? null,
    isUnrecorded: ({ id, number }) => unrecorded.get(id, number)?.n === 1,
    unreviewed: (to, limit) => unreviewed.all(to, limit),
  };
}
