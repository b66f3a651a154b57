import type { Database } from '../sqlite.js';

/** What an organisation owes about an own notice; `since` in milliseconds since the epoch. */
export interface OwedDuty {
  readonly id: string;
  readonly kind: string;
  /** Null for the report of the hub. */
  readonly org: string | null;
  /** `receipt`, or the verb of the action. */
  readonly duty: string;
  readonly since: number;
}

/** The missing reports, receipts and answers that others owe a gateway. */
export interface OwedAnswers {
  /** Missing reports and receipts of revisions submitted until `to`, oldest first. */
  receipts(to: number, limit: number): readonly OwedDuty[];
  /** Missing answers to actions of a verb on notices of a kind, reported until `to`, oldest first. */
  answers(
    about: { readonly verb: string; readonly kind: string; readonly to: number },
    limit: number,
  ): readonly OwedDuty[];
}

/** Creates the queries of what is owed. */
export function createOwedAnswers(db: Database): OwedAnswers {
  const receipts = db.prepare<[number, number], OwedDuty>(
    `SELECT id, kind, org, 'receipt' AS duty, at AS since FROM own INDEXED BY own_open
     LEFT JOIN waiting ON waiting.own = own.seq
     WHERE state IN ('queued', 'routed') AND at <= ? ORDER BY at LIMIT ?`,
  );
  const answers = db.prepare<[string, string, number, number], OwedDuty>(
    `SELECT id, item_waiting.kind, org, item_waiting.verb AS duty, since FROM item_waiting
     JOIN own_item ON own_item.seq = item_waiting.item
     WHERE item_waiting.verb = ? AND item_waiting.kind = ? AND since <= ? ORDER BY since LIMIT ?`,
  );
  return {
    receipts: (to, limit) => receipts.all(to, limit),
    answers: ({ verb, kind, to }, limit) => answers.all(verb, kind, to, limit),
  };
}
