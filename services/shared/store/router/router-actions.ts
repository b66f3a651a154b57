import type { Database } from '../sqlite.js';
import { createRouterChanges, type RouterChanges } from './router-changes.js';
import { createRouterOwed, type RouterOwed } from './router-owed.js';
import { type ActKey, createRouterUnacts, type RouterUnacts } from './router-unacts.js';

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

/** An action without its content. */
export type ActionMark = Pick<KnownAction, 'digest' | 'number' | 'verb' | 'extendsTo'>;

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

/** The actions on the ledger, their recipients and the answers. Writes belong into a transaction. */
export interface RouterActions extends RouterChanges, RouterOwed, RouterUnacts {
  /** Adds an action once; a repeated one changes nothing. */
  add(action: KnownAction): void;
  byDigest(originator: string, digest: string): KnownAction | undefined;
  /** The actions on a notice, by number. */
  of(originator: string, id: string): readonly KnownAction[];
  /** The same actions without their content. */
  marksOf(originator: string, id: string): readonly ActionMark[];
  /** Number and bytes of the actions on a notice that do not end it. */
  sizeOn(originator: string, id: string): { readonly count: number; readonly bytes: number };
  /** The latest end to which actions above this number extend a notice, in seconds since 1970; 0 when there is none. */
  extendedTo(originator: string, id: string, number: number): number;
  /** True when an action on the notice has this verb. */
  has(originator: string, id: string, verb: string): boolean;
  /** Number of actions with these verbs that were recorded at `since` (milliseconds) or later. */
  countSince(originator: string, verbs: readonly string[], since: number): number;
  addAct(act: KnownAct): void;
  /** The actions that a frame hands over, with each recipient. */
  actsIn(originator: string, frame: string): readonly Pick<KnownAct, 'action' | 'recipient'>[];
  /** The frames whose records hand a holder an action, sorted. */
  framesHanding(key: ActKey): readonly string[];
  /** The holders that a frame hands an action which they have not answered. */
  unansweredIn(originator: string, frame: string): readonly string[];
  /** The holders that any frame hands an action which they have not answered, sorted. */
  unansweredOf(originator: string, action: string): readonly string[];
  answer(answer: ActionAnswer): void;
  /** The answers of one holder to one action, in the order of their receipts' digests. */
  answersOf(key: ActKey): readonly ActionAnswer[];
  /** Every answer to the actions on a notice, by holder. */
  answersOn(originator: string, id: string): readonly ActionAnswer[];
}

const COLUMNS = 'originator, digest, id, number, verb, frame, at, extendsTo, exp, bytes';
const ANSWER = 'originator, action, recipient, id, receipt, type, code, before, after, at, exp';

/** Creates the actions on the tables `action`, `act`, `act_answer` and `changed`. */
export function createRouterActions(db: Database): RouterActions {
  return {
    ...actions(db),
    ...marks(db),
    ...acts(db),
    ...answers(db),
    ...createRouterChanges(db),
    ...createRouterOwed(db),
    ...createRouterUnacts(db),
  };
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

function marks(db: Database): Pick<RouterActions, 'marksOf' | 'sizeOn'> {
  const of = db.prepare<[string, string], ActionMark>(
    'SELECT digest, number, verb, extendsTo FROM action WHERE originator = ? AND id = ? ORDER BY number, digest',
  );
  const size = db.prepare<[string, string], { count: number; bytes: number }>(
    `SELECT count(*) AS count, coalesce(sum(length(bytes)), 0) AS bytes FROM action
     WHERE originator = ? AND id = ? AND verb NOT IN ('withdraw', 'cancel')`,
  );
  return {
    marksOf: (originator, id) => of.all(originator, id),
    sizeOn: (originator, id) => size.get(originator, id) ?? { count: 0, bytes: 0 },
  };
}

function acts(
  db: Database,
): Pick<RouterActions, 'addAct' | 'actsIn' | 'framesHanding' | 'unansweredIn' | 'unansweredOf'> {
  const addAct = db.prepare<[string, string, string, string, number, number]>(
    `INSERT INTO act (originator, action, recipient, frame, exp, ending, answered)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6,
       EXISTS (SELECT 1 FROM act_answer WHERE originator = ?1 AND action = ?2 AND recipient = ?3)
         OR (?6 = 0 AND EXISTS (SELECT 1 FROM unact WHERE originator = ?1 AND action = ?2 AND recipient = ?3)))
     ON CONFLICT (originator, action, recipient, frame) DO NOTHING`,
  );
  const actsIn = db.prepare<[string, string], Pick<KnownAct, 'action' | 'recipient'>>(
    'SELECT action, recipient FROM act WHERE originator = ? AND frame = ? ORDER BY recipient, action',
  );
  const handing = db.prepare<[string, string, string], { frame: string }>(
    'SELECT frame FROM act WHERE originator = ? AND action = ? AND recipient = ? ORDER BY frame',
  );
  const unanswered = db.prepare<[string, string], { recipient: string }>(
    'SELECT DISTINCT recipient FROM act WHERE originator = ? AND frame = ? AND answered = 0 ORDER BY recipient',
  );
  const unansweredOf = db.prepare<[string, string], { recipient: string }>(
    'SELECT DISTINCT recipient FROM act WHERE originator = ? AND action = ? AND answered = 0 ORDER BY recipient',
  );
  return {
    addAct: ({ originator, action, recipient, frame, exp, isEnding }) =>
      void addAct.run(originator, action, recipient, frame, exp, isEnding ? 1 : 0),
    actsIn: (originator, frame) => actsIn.all(originator, frame),
    framesHanding: ({ originator, action, recipient }) =>
      handing.all(originator, action, recipient).map(({ frame }) => frame),
    unansweredIn: (originator, frame) => unanswered.all(originator, frame).map(({ recipient }) => recipient),
    unansweredOf: (originator, action) =>
      unansweredOf.all(originator, action).map(({ recipient }) => recipient),
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
