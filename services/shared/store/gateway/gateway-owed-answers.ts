import type { Database } from '../sqlite.js';

/**
 * What an organisation owes about a notice: an own one, or for `request` the requested one. `since` in
 * milliseconds since the epoch.
 */
export interface OwedDuty {
  readonly id: string;
  readonly kind: string;
  /** Null for the report of the hub. */
  readonly org: string | null;
  /** `receipt`, `request`, or the verb of the action. */
  readonly duty: string;
  readonly since: number;
}

/** By kind of notice the latest time, in milliseconds since the epoch, of what is overdue. */
type DueByKind = Readonly<Record<string, number>>;

/** The missing reports, receipts and answers that others owe a gateway. */
export interface OwedAnswers {
  /** Missing reports and receipts of revisions submitted until the time of their kind, oldest first. */
  receipts(due: DueByKind, limit: number): readonly OwedDuty[];
  /** Own requests without an answer, made until the time of their kind, whose notice is held; oldest first. */
  requests(due: DueByKind, limit: number): readonly OwedDuty[];
  /** Missing answers to actions of a verb on notices of a kind, reported until `to`, oldest first. */
  answers(
    about: { readonly verb: string; readonly kind: string; readonly to: number },
    limit: number,
  ): readonly OwedDuty[];
}

const latest = (due: DueByKind): number => Math.max(...Object.values(due));

/** Creates the queries of what is owed. */
export function createOwedAnswers(db: Database): OwedAnswers {
  // The time of each kind is compared before the limit, which notices that are not overdue must not use up.
  const receipts = db.prepare<[number, string, number], OwedDuty>(
    `SELECT id, kind, org, 'receipt' AS duty, at AS since FROM own INDEXED BY own_open
     LEFT JOIN waiting ON waiting.own = own.seq
     WHERE state IN ('queued', 'routed') AND at <= ? AND at <= ? ->> kind ORDER BY at LIMIT ?`,
  );
  const requests = db.prepare<[number, string, number], OwedDuty>(
    `SELECT id, kind, originator AS org, 'request' AS duty, at AS since FROM own_item INDEXED BY own_item_request
     WHERE originator <> '' AND verb = 'request' AND state = 'settled' AND at <= ? AND at <= ? ->> kind
     AND EXISTS (SELECT 1 FROM inbox WHERE inbox.originator = own_item.originator AND inbox.id = own_item.id)
     ORDER BY at LIMIT ?`,
  );
  const answers = db.prepare<[string, string, number, number], OwedDuty>(
    `SELECT id, item_waiting.kind, org, item_waiting.verb AS duty, since FROM item_waiting
     JOIN own_item ON own_item.seq = item_waiting.item
     WHERE item_waiting.verb = ? AND item_waiting.kind = ? AND since <= ? ORDER BY since LIMIT ?`,
  );
  return {
    receipts: (due, limit) => receipts.all(latest(due), JSON.stringify(due), limit),
    requests: (due, limit) => requests.all(latest(due), JSON.stringify(due), limit),
    answers: ({ verb, kind, to }, limit) => answers.all(verb, kind, to, limit),
  };
}
