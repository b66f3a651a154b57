import type { Database } from '../sqlite.js';

/** One organisation that must answer the federation's recall of a notice. */
export interface RecallDuty {
  readonly originator: string;
  /** The notice. */
  readonly id: string;
  readonly recipient: string;
  /** When the recall was recorded, in milliseconds since 1970. */
  readonly at: number;
}

/** A place in the order of all duties; it holds while the database is open. */
export interface RecallPlace {
  /** When the recall was recorded, in milliseconds since 1970. */
  readonly at: number;
  /** The row of the recall. */
  readonly row: number;
  readonly recipient: string;
}

/** A duty with its place, and whether an answer to it is recorded: 1 or 0. */
type PlacedDuty = RecallDuty & RecallPlace & { readonly answered: number };

/** The recalls on the ledger. */
export interface RouterRecalls {
  /** The duties to answer recalls after this place, answered ones too, the oldest recall first. */
  dutiesAfter(after: RecallPlace, limit: number): readonly PlacedDuty[];
}

/** Creates the recalls on the tables `action` and `act`. */
export function createRouterRecalls(db: Database): RouterRecalls {
  const duties = db.prepare<[number, number, string, number], PlacedDuty>(
    `SELECT action.originator, action.id, act.recipient, action.at, action.rowid AS row, act.answered
     FROM action INDEXED BY action_recall JOIN act ON act.originator = action.originator AND act.action = action.digest
     WHERE action.verb = 'cancel'
     AND action.at >= ?1 AND (action.at, action.rowid, act.recipient) > (?1, ?2, ?3)
     ORDER BY action.at, action.rowid, act.recipient LIMIT ?4`,
  );
  return { dutiesAfter: ({ at, row, recipient }, limit) => duties.all(at, row, recipient, limit) };
}
