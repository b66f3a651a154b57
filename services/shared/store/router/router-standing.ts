import type { Database } from '../sqlite.js';
import type { KnownNotice } from './router-notices.js';

/** A revision of a notice with its recorded decisions (JSON). */
export type StandingRevision = Pick<KnownNotice, 'jti' | 'number' | 'decisions'>;

/** An action that a holder was handed. */
export interface StandingAct {
  readonly digest: string;
  readonly verb: string;
  readonly number: number;
}

/** What the ledger has about an organisation, for a gateway that was restored from an older copy. */
export interface RouterStanding {
  /** An originator's revisions after this one, by number and `jti`. */
  revisionsAfter(
    originator: string,
    after: Pick<StandingRevision, 'number' | 'jti'>,
    limit: number,
  ): readonly StandingRevision[];
  /** The newest revisions of one notice, the newest first. */
  newestOf(originator: string, id: string, limit: number): readonly StandingRevision[];
  /** The newest actions on one notice that a holder was handed, the newest first. */
  actsOn(
    originator: string,
    about: { readonly id: string; readonly recipient: string },
    limit: number,
  ): readonly StandingAct[];
}

/** Creates the view on the tables `notice`, `action` and `act`. */
export function createRouterStanding(db: Database): RouterStanding {
  const after = db.prepare<[string, number, string, number], StandingRevision>(
    `SELECT jti, number, decisions FROM notice INDEXED BY notice_number
     WHERE originator = ? AND (number, jti) > (?, ?) ORDER BY number, jti LIMIT ?`,
  );
  // Must repeat the expression of the index `notice_newest`, or SQLite does not use it.
  const newest = db.prepare<[string, string, number], StandingRevision>(
    `SELECT jti, number, decisions FROM notice
     WHERE originator = ? AND substr(jti, 1, instr(jti, '.') - 1) = ? ORDER BY number DESC LIMIT ?`,
  );
  const acts = db.prepare<[string, string, string, number], StandingAct>(
    `SELECT action.digest, action.verb, action.number FROM action
     JOIN act ON act.originator = action.originator AND act.action = action.digest
     WHERE action.originator = ? AND action.id = ? AND act.recipient = ?
     ORDER BY action.number DESC, action.digest DESC LIMIT ?`,
  );
  return {
    revisionsAfter: (originator, { number, jti }, limit) => after.all(originator, number, jti, limit),
    newestOf: (originator, id, limit) => newest.all(originator, id, limit),
    actsOn: (originator, { id, recipient }, limit) => acts.all(originator, id, recipient, limit),
  };
}
