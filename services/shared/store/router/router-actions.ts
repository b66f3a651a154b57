import type { Database } from '../sqlite.js';

/** An action on the ledger; `bytes` is the encoded action as recorded, without disclosures. */
export interface KnownAction {
  readonly originator: string;
  /** Digest of its statement. */
  readonly digest: string;
  /** The notice that it is about. */
  readonly id: string;
  readonly number: number;
  readonly verb: string;
  /** The frame that it was first recorded with. */
  readonly frame: string;
  /** When it was first recorded, in milliseconds since 1970. */
  readonly at: number;
  /** The end to which it extends its notice, in seconds since 1970; null for other verbs. */
  readonly extendsTo: number | null;
  /** When its memory ends, in seconds since 1970. */
  readonly exp: number;
  readonly bytes: Uint8Array;
}

/** An action that a holder is handed, and the frame whose record says so. */
export interface KnownAct {
  readonly originator: string;
  readonly action: string;
  readonly recipient: string;
  readonly frame: string;
  readonly exp: number;
  /** True for an end or a bar, which is owed until it is answered. */
  readonly isEnding: boolean;
}

/**
 * A holder's answer to an action. `before` and `after`: digests of the disclosures that it held before and
 * holds after the action; null for nothing.
 */
export interface ActionAnswer {
  readonly originator: string;
  readonly action: string;
  readonly recipient: string;
  /** The notice. */
  readonly id: string;
  /** Digest of the receipt that says so. */
  readonly receipt: string;
  readonly type: string;
  readonly code: string | null;
  readonly before: string | null;
  readonly after: string | null;
  /** When it was signed, in milliseconds since 1970. */
  readonly at: number;
  readonly exp: number;
}

/** A later outcome of a revision at a recipient, from a change of receipts. */
export interface ChangedRevision {
  readonly originator: string;
  readonly jti: string;
  readonly recipient: string;
  /** Digest of the change that says so. */
  readonly change: string;
  readonly type: string;
  /** When it was signed, in milliseconds since 1970. */
  readonly at: number;
  readonly exp: number;
}

/** An end or a bar that a holder has not answered. */
export type OwedAct = Pick<KnownAct, 'originator' | 'action' | 'frame'> &
  Pick<KnownAction, 'id' | 'number' | 'verb' | 'bytes'>;

/** Names one action and one holder of its notice. */
interface ActKey {
  readonly originator: string;
  readonly action: string;
  readonly recipient: string;
}

/** The actions on the ledger, their recipients and the answers. Writes belong into a transaction. */
export interface RouterActions {
  /** Adds an action once; a repeated one changes nothing. */
  add(action: KnownAction): void;
  byDigest(originator: string, digest: string): KnownAction | undefined;
  /** The actions on a notice, by number. */
  of(originator: string, id: string): readonly KnownAction[];
  /** The latest end to which actions above this number extend a notice, in seconds since 1970; 0 when there is none. */
  extendedTo(originator: string, id: string, number: number): number;
  /** True when an action on the notice has this verb. */
  has(originator: string, id: string, verb: string): boolean;
  /** Number of actions with these verbs that were recorded at `since` (milliseconds) or later. */
  countSince(originator: string, verbs: readonly string[], since: number): number;
  addAct(act: KnownAct): void;
  /** The actions that a frame hands over, with each recipient. */
  actsIn(originator: string, frame: string): readonly Pick<KnownAct, 'action' | 'recipient'>[];
  /** The holders that a frame hands an action which they have not answered. */
  unansweredIn(originator: string, frame: string): readonly string[];
  answer(answer: ActionAnswer): void;
  /** The answers of one holder to one action, in the order of their receipts' digests. */
  answersOf(key: ActKey): readonly ActionAnswer[];
  /** Every answer to the actions on a notice, by holder. */
  answersOn(originator: string, id: string): readonly ActionAnswer[];
  /** Adds a change; of one recipient about one revision only the first `MAX_CHANGED` are kept. */
  addChange(change: ChangedRevision): void;
  /** The changes that one recipient reported about a revision, in the order of their signing. */
  changesFrom(
    about: Pick<ChangedRevision, 'originator' | 'jti' | 'recipient'>,
  ): readonly Pick<ChangedRevision, 'type'>[];
  /** The later outcomes of a revision, by recipient; those of one recipient in the order of their signing. */
  changesOf(originator: string, jti: string): readonly Pick<ChangedRevision, 'recipient' | 'type'>[];
  /**
   * The ends and bars that a holder has not answered, in the order in which the ledger was read; one that
   * several frames hand over is listed once for each.
   */
  owed(recipient: string, limit: number): readonly OwedAct[];
}

const COLUMNS = 'originator, digest, id, number, verb, frame, at, extendsTo, exp, bytes';
const ANSWER = 'originator, action, recipient, id, receipt, type, code, before, after, at, exp';

/** Creates the actions on the tables `action`, `act`, `act_answer` and `changed`. */
export function createRouterActions(db: Database): RouterActions {
  return { ...actions(db), ...acts(db), ...answers(db), ...changes(db), ...owing(db) };
}

function actions(
  db: Database,
): Pick<RouterActions, 'add' | 'byDigest' | 'of' | 'extendedTo' | 'has' | 'countSince'> {
  const add = db.prepare<
    [string, string, string, number, string, string, number, number | null, number, Uint8Array]
  >(
    // Both records of a repeated action may be read in any order: the earlier one counts.
    `INSERT INTO action (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (originator, digest) DO UPDATE SET at = excluded.at, frame = excluded.frame
     WHERE (excluded.at, excluded.frame) < (action.at, action.frame)`,
  );
  const byDigest = db.prepare<[string, string], KnownAction>(
    `SELECT ${COLUMNS} FROM action WHERE originator = ? AND digest = ?`,
  );
  const of = db.prepare<[string, string], KnownAction>(
    `SELECT ${COLUMNS} FROM action WHERE originator = ? AND id = ? ORDER BY number, digest`,
  );
  const extended = db.prepare<[string, string, number], { end: number | null }>(
    'SELECT max(extendsTo) AS end FROM action WHERE originator = ? AND id = ? AND number > ?',
  );
  const has = db.prepare<[string, string, string], object>(
    'SELECT 1 FROM action WHERE originator = ? AND id = ? AND verb = ? LIMIT 1',
  );
  const count = db.prepare<[string, string, number], { count: number }>(
    `SELECT count(*) AS count FROM action
     WHERE originator = ? AND verb IN (SELECT value FROM json_each(?)) AND at >= ?`,
  );
  return {
    add: ({ originator, digest, id, number, verb, frame, at, extendsTo, exp, bytes }) =>
      void add.run(originator, digest, id, number, verb, frame, at, extendsTo, exp, bytes),
    byDigest: (originator, digest) => byDigest.get(originator, digest),
    of: (originator, id) => of.all(originator, id),
    extendedTo: (originator, id, number) => extended.get(originator, id, number)?.end ?? 0,
    has: (originator, id, verb) => has.get(originator, id, verb) !== undefined,
    countSince: (originator, verbs, since) => count.get(originator, JSON.stringify(verbs), since)?.count ?? 0,
  };
}

function acts(db: Database): Pick<RouterActions, 'addAct' | 'actsIn' | 'unansweredIn'> {
  const addAct = db.prepare<[string, string, string, string, number, number]>(
    `INSERT INTO act (originator, action, recipient, frame, exp, ending, answered)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6,
       EXISTS (SELECT 1 FROM act_answer WHERE originator = ?1 AND action = ?2 AND recipient = ?3))
     ON CONFLICT (originator, action, recipient, frame) DO NOTHING`,
  );
  const actsIn = db.prepare<[string, string], Pick<KnownAct, 'action' | 'recipient'>>(
    'SELECT action, recipient FROM act WHERE originator = ? AND frame = ? ORDER BY recipient, action',
  );
  const unanswered = db.prepare<[string, string], { recipient: string }>(
    'SELECT DISTINCT recipient FROM act WHERE originator = ? AND frame = ? AND answered = 0 ORDER BY recipient',
  );
  return {
    addAct: ({ originator, action, recipient, frame, exp, isEnding }) =>
      void addAct.run(originator, action, recipient, frame, exp, isEnding ? 1 : 0),
    actsIn: (originator, frame) => actsIn.all(originator, frame),
    unansweredIn: (originator, frame) => unanswered.all(originator, frame).map(({ recipient }) => recipient),
  };
}

function answers(db: Database): Pick<RouterActions, 'answer' | 'answersOf' | 'answersOn'> {
  const answer = db.prepare<
    [
      string,
      string,
      string,
      string,
      string,
      string,
      string | null,
      string | null,
      string | null,
      number,
      number,
    ]
  >(`INSERT OR IGNORE INTO act_answer (${ANSWER}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const mark = db.prepare<[string, string, string]>(
    'UPDATE act SET answered = 1 WHERE originator = ? AND action = ? AND recipient = ?',
  );
  const of = db.prepare<[string, string, string], ActionAnswer>(
    `SELECT ${ANSWER} FROM act_answer WHERE originator = ? AND action = ? AND recipient = ? ORDER BY receipt`,
  );
  const on = db.prepare<[string, string], ActionAnswer>(
    `SELECT ${ANSWER} FROM act_answer WHERE originator = ? AND id = ? ORDER BY recipient, receipt`,
  );
  return {
    answer: ({ originator, action, recipient, id, receipt, type, code, before, after, at, exp }) => {
      answer.run(originator, action, recipient, id, receipt, type, code, before, after, at, exp);
      mark.run(originator, action, recipient);
    },
    answersOf: ({ originator, action, recipient }) => of.all(originator, action, recipient),
    answersOn: (originator, id) => on.all(originator, id),
  };
}

/** Maximum changes kept of one recipient about one revision: it can be destroyed, kept, and little else. */
export const MAX_CHANGED = 16;

function changes(db: Database): Pick<RouterActions, 'addChange' | 'changesFrom' | 'changesOf'> {
  const add = db.prepare<[string, string, string, string, string, number, number]>(
    `INSERT OR IGNORE INTO changed (originator, jti, recipient, change, type, at, exp)
     SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7
     WHERE (SELECT count(*) FROM changed WHERE originator = ?1 AND jti = ?2 AND recipient = ?3) < ${MAX_CHANGED}`,
  );
  const from = db.prepare<[string, string, string], Pick<ChangedRevision, 'type'>>(
    'SELECT type FROM changed WHERE originator = ? AND jti = ? AND recipient = ? ORDER BY at, change',
  );
  const of = db.prepare<[string, string], Pick<ChangedRevision, 'recipient' | 'type'>>(
    'SELECT recipient, type FROM changed WHERE originator = ? AND jti = ? ORDER BY recipient, at, change',
  );
  return {
    addChange: ({ originator, jti, recipient, change, type, at, exp }) =>
      void add.run(originator, jti, recipient, change, type, at, exp),
    changesFrom: ({ originator, jti, recipient }) => from.all(originator, jti, recipient),
    changesOf: (originator, jti) => of.all(originator, jti),
  };
}

/** Reads what a holder owes from the ledger's records alone: copies in PARKED or IN do not count. */
function owing(db: Database): Pick<RouterActions, 'owed'> {
  const owed = db.prepare<[string, number], OwedAct>(
    `SELECT act.originator, act.action, act.frame, action.id, action.number, action.verb, action.bytes
     FROM act INDEXED BY act_owed
     JOIN action ON action.originator = act.originator AND action.digest = act.action
     WHERE act.answered = 0 AND act.ending = 1 AND act.recipient = ? ORDER BY act.rowid LIMIT ?`,
  );
  return { owed: (recipient, limit) => owed.all(recipient, limit) };
}
