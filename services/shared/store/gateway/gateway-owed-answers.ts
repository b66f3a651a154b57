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
  /** Of the own notice or item. */
  readonly row: number;
}

/** The record of the hub by which a receipt or an answer became owed. */
export interface OwedRecord {
  /** The id of the frame. */
  readonly frame: string;
  /** Of the statement of the record. */
  readonly digest: string;
  /** The digest of the statement of the action that is to be answered; null for a receipt. */
  readonly action: string | null;
}

/** A place in the order of the duties of one kind: by time, row and organisation. */
export interface DutyPlace extends Pick<OwedDuty, 'since' | 'row'> {
  /** Empty for the hub. */
  readonly org: string;
}

/** The duties after a place, or from the oldest on. */
interface DutyPage {
  readonly after?: DutyPlace;
  readonly limit: number;
}

/** A `DutyPage` without the duties of the organisations in `except`. */
interface AnswersPage extends DutyPage {
  readonly except?: readonly string[];
}

/** By kind of notice the latest time, in milliseconds since the epoch, of what is overdue. */
type DueByKind = Readonly<Record<string, number>>;

/** The missing reports, receipts and answers that others owe a gateway. */
export interface OwedAnswers {
  /** Missing reports and receipts of revisions submitted until the time of their kind, oldest first. */
  receipts(due: DueByKind, page: DutyPage): readonly OwedDuty[];
  /** Own requests without an answer, made until the time of their kind, whose notice is held; oldest first. */
  requests(due: DueByKind, page: AnswersPage): readonly OwedDuty[];
  /** The hub's report by which a duty of `receipts` or `answers` arose; undefined before it. */
  recordOf(duty: Pick<OwedDuty, 'duty' | 'row'>): OwedRecord | undefined;
  /** Missing answers to actions of a verb on notices of a kind, reported until `to`, oldest first. */
  answers(
    about: { readonly verb: string; readonly kind: string; readonly to: number },
    page: AnswersPage,
  ): readonly OwedDuty[];
}

const START: DutyPlace = { since: 0, row: 0, org: '' };
const latest = (due: DueByKind): number => Math.max(...Object.values(due));

type Place = readonly [since: number, row: number, org: string, limit: number];
type Asked = readonly [latest: number, due: string, ...Place];
type Except = readonly [except: string, ...Place];

const placeOf = ({ after: { since, row, org } = START, limit }: DutyPage): Place => [since, row, org, limit];

const exceptIn = ({ except = [], ...page }: AnswersPage): Except => [
  JSON.stringify(except),
  ...placeOf(page),
];

/** Creates the queries of what is owed. */
export function createOwedAnswers(db: Database): OwedAnswers {
  // The time of each kind is compared before the limit, which notices that are not overdue must not use up.
  const receipts = db.prepare<Asked, OwedDuty>(
    `SELECT own.seq AS row, id, kind, org, 'receipt' AS duty, at AS since FROM own INDEXED BY own_open
     LEFT JOIN waiting ON waiting.own = own.seq
     WHERE state IN ('queued', 'routed') AND at <= ? AND at <= ? ->> kind
     AND (at, own.seq, coalesce(org, '')) > (?, ?, ?) ORDER BY at, own.seq, org LIMIT ?`,
  );
  const requests = db.prepare<[number, string, ...Except], OwedDuty>(
    `SELECT seq AS row, id, kind, originator AS org, 'request' AS duty, at AS since FROM own_item INDEXED BY own_item_request
     WHERE originator <> '' AND verb = 'request' AND state = 'settled' AND at <= ? AND at <= ? ->> kind
     AND EXISTS (SELECT 1 FROM inbox WHERE inbox.originator = own_item.originator AND inbox.id = own_item.id)
     AND originator NOT IN (SELECT value FROM json_each(?))
     AND (at, seq, originator) > (?, ?, ?) ORDER BY at, seq LIMIT ?`,
  );
  const answers = db.prepare<[string, string, number, ...Except], OwedDuty>(
    `SELECT item_waiting.item AS row, id, item_waiting.kind, org, item_waiting.verb AS duty, since FROM item_waiting
     JOIN own_item ON own_item.seq = item_waiting.item
     WHERE item_waiting.verb = ? AND item_waiting.kind = ? AND since <= ?
     AND org NOT IN (SELECT value FROM json_each(?))
     AND (since, item, org) > (?, ?, ?) ORDER BY since, item, org LIMIT ?`,
  );
  const recordOf = (table: string, action: string) =>
    db.prepare<[number], OwedRecord>(
      `SELECT frame.id AS frame, report_digest AS digest, ${action} AS action FROM ${table}
       JOIN frame ON frame.number = ${table}.frame WHERE ${table}.seq = ? AND report_digest IS NOT NULL`,
    );
  const [noticeRecord, actionRecord] = [recordOf('own', 'NULL'), recordOf('own_item', 'own_item.digest')];
  return {
    recordOf: ({ duty, row }) => (duty === 'receipt' ? noticeRecord : actionRecord).get(row),
    receipts: (due, page) => receipts.all(latest(due), JSON.stringify(due), ...placeOf(page)),
    requests: (due, page) => requests.all(latest(due), JSON.stringify(due), ...exceptIn(page)),
    answers: ({ verb, kind, to }, page) => answers.all(verb, kind, to, ...exceptIn(page)),
  };
}
