import type { Database } from '../sqlite.js';

/** An action that a holder has not answered. */
interface OwedAct {
  readonly originator: string;
  /** Digest of the action. */
  readonly action: string;
  readonly frame: string;
  readonly id: string;
  readonly number: number;
  readonly verb: string;
  readonly bytes: Uint8Array;
}

/** A frame whose record hands over an owed act. */
interface OwedFrame {
  readonly originator: string;
  readonly frame: string;
}

interface OwedPlace extends OwedFrame {
  /** Ascending in the order in which the ledger was read. */
  readonly place: number;
}

/** What holders owe an answer to, by the ledger's records alone: copies in PARKED or IN do not count. */
export interface RouterOwed {
  /**
   * The places after `after` of the ends and bars that a holder has not answered, in the order in which the
   * ledger was read. An action that several frames hand over is owed by the first of them alone.
   */
  owed(recipient: string, page: { readonly after: number; readonly limit: number }): readonly OwedPlace[];
  /** All actions of one frame that a holder has not answered. */
  owedIn(recipient: string, frame: OwedFrame): readonly OwedAct[];
  /** The digest of the recall that a frame hands over, if a holder has not answered it. */
  recallOwedIn(recipient: string, frame: OwedFrame): string | undefined;
}

/** Creates the queries of what is owed on the tables `action` and `act`. */
export function createRouterOwed(db: Database): RouterOwed {
  const places = db.prepare<[string, number, number], OwedPlace>(
    `SELECT originator, frame, rowid AS place FROM act INDEXED BY act_owed
     WHERE answered = 0 AND ending = 1 AND recipient = ? AND rowid > ? AND NOT EXISTS (
       SELECT 1 FROM act AS earlier WHERE earlier.originator = act.originator AND earlier.action = act.action
       AND earlier.recipient = act.recipient AND earlier.ending = 1 AND earlier.rowid < act.rowid)
     ORDER BY rowid LIMIT ?`,
  );
  const owedIn = db.prepare<[string, string, string], OwedAct>(
    `SELECT act.originator, act.action, act.frame, action.id, action.number, action.verb, action.bytes
     FROM act INDEXED BY act_frame
     JOIN action ON action.originator = act.originator AND action.digest = act.action
     WHERE act.originator = ? AND act.frame = ? AND act.recipient = ? AND act.answered = 0 ORDER BY act.action`,
  );
  const recallIn = db.prepare<[string, string, string], { readonly action: string }>(
    `SELECT act.action FROM act INDEXED BY act_frame
     JOIN action ON action.originator = act.originator AND action.digest = act.action AND action.verb = 'cancel'
     WHERE act.originator = ? AND act.frame = ? AND act.recipient = ? AND act.answered = 0 LIMIT 1`,
  );
  return {
    owed: (recipient, { after, limit }) => places.all(recipient, after, limit),
    owedIn: (recipient, { originator, frame }) => owedIn.all(originator, frame, recipient),
    recallOwedIn: (recipient, { originator, frame }) => recallIn.get(originator, frame, recipient)?.action,
  };
}
