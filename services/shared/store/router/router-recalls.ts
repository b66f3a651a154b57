import { existsSync } from 'node:fs';
import { type Database, queryDatabase } from '../sqlite.js';

/** One organisation that must answer the federation's recall of a notice. */
export interface RecallDuty {
  readonly originator: string;
  /** The notice. */
  readonly id: string;
  readonly recipient: string;
  /** When the recall was recorded, in milliseconds since 1970. */
  readonly at: number;
}

/** A duty with the newest answer (`destroyed`, `kept`, `not-held`, …); null while none is recorded. */
export interface AnsweredRecall extends RecallDuty {
  readonly answer: string | null;
}

/** The recalls on the ledger. */
export interface RouterRecalls {
  /** The answers to recalls that are not recorded, the oldest recall first. */
  unanswered(limit: number): readonly RecallDuty[];
}

const FROM = `FROM action INDEXED BY action_recall
  JOIN act ON act.originator = action.originator AND act.action = action.digest WHERE action.verb = 'cancel'`;

const ANSWERED = `SELECT action.originator, action.id, act.recipient, action.at,
    (SELECT type FROM act_answer WHERE act_answer.originator = act.originator AND act_answer.action = act.action
       AND act_answer.recipient = act.recipient ORDER BY act_answer.at DESC LIMIT 1) AS answer
  ${FROM} ORDER BY action.at, action.id, act.recipient`;

/** Creates the recalls on the tables `action` and `act`. */
export function createRouterRecalls(db: Database): RouterRecalls {
  const unanswered = db.prepare<[number], RecallDuty>(
    `SELECT action.originator, action.id, act.recipient, action.at ${FROM} AND act.answered = 0
     ORDER BY action.at LIMIT ?`,
  );
  return { unanswered: (limit) => unanswered.all(limit) };
}

/** Reads every recall in a router's database, also of a running router; none if there is no such file. */
export function readRecalls(path: string): readonly AnsweredRecall[] {
  return existsSync(path) ? queryDatabase<AnsweredRecall>(path, ANSWERED) : [];
}
