import { fail } from '../../kernel/errors.js';
import { createOwnApprovals, type OwnApprovals } from './approval/own-approvals.js';
import { createBreakGlassUses, type BreakGlassUses, tableOf } from './approval/break-glass-uses.js';
import { matchOf } from './gateway-text.js';
import type { Database, SqlValue } from '../sqlite.js';

/**
 * The state of an own notice: `awaiting-approval` until a person approves its review or its break-glass, `queued` until
 * its report, `routed` until its last receipt; then `disputed` if a recipient answered for another delivery than the report
 * promises, else `settled`. `lost`: only the ledger has it, because the database was restored; it stays `lost` after its end.
 */
export type OwnState =
  | 'awaiting-approval'
  | 'queued'
  | 'routed'
  | 'settled'
  | 'refused'
  | 'ended'
  | 'disputed'
  | 'lost';

/** A submitted notice, with every disclosure in `sdJwt`. `exp` in seconds, `at` in milliseconds since the epoch. */
export interface NewOwn {
  readonly id: string;
  readonly revision: number;
  readonly number: number;
  readonly kind: string;
  readonly digest: string;
  readonly exp: number;
  readonly at: number;
  /** How many organisations it lists as addressees and as excluded; null when it addresses every organisation. */
  readonly listed: number | null;
  /** When the first warning ahead of its review or end is due; absent without one. */
  readonly warnAt?: number;
  /** True for one that a person must approve before it leaves. */
  readonly awaitsApproval?: boolean;
  /** JSON. */
  readonly header: string;
  readonly sdJwt: string;
}

/** An idempotency key with its caller and the digest of the request's body. */
export interface Idempotency {
  readonly caller: string;
  readonly key: string;
  readonly body: string;
}

/** A stored own notice. */
export interface OwnRow extends Omit<NewOwn, 'listed' | 'warnAt' | 'awaitsApproval' | 'header' | 'sdJwt'> {
  readonly seq: number;
  readonly state: OwnState;
  /** The error code of a refused notice. */
  readonly code: string | null;
  /** JSON; null once the notice has ended, and for a lost revision. */
  readonly header: string | null;
  readonly frame: number | null;
  /** The reason for which break-glass was used, and the id of the key that approved it; also after the end. */
  readonly breakGlass: string | null;
  readonly breakGlassKid: string | null;
}

/** The filters of a search of own notices. */
export interface OwnSearch {
  readonly kind?: string | undefined;
  readonly state?: string | undefined;
  readonly text?: string | undefined;
  /** Only those that used break-glass, or of them those that owe a review. */
  readonly breakGlass?: 'used' | 'unreviewed' | undefined;
  /** Where the words of `text` are searched: in the header, or in header and sections. */
  readonly within?: 'header' | 'content' | undefined;
  /** Only rows below this `seq`. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** A page, newest first; `more` is true when further rows match. */
export interface OwnPage {
  readonly rows: readonly OwnRow[];
  readonly more: boolean;
}

/** The notices that a gateway submitted. */
export interface OwnNotices extends OwnApprovals, BreakGlassUses {
  /**
   * Stores a notice, or returns the row that this key stored before; within a transaction. Throws `idempotency-conflict`
   * when the key came with another body.
   */
  insert(own: NewOwn, idempotency?: Idempotency): OwnRow;
  /** The row that this key stored before. Throws `idempotency-conflict` when it came with another body. */
  remembered(idempotency: Idempotency): OwnRow | undefined;
  /** The signed notice with every disclosure; undefined once it has ended. */
  sdJwt(seq: number): string | undefined;
  /** The newest revision of a notice. */
  find(id: string): OwnRow | undefined;
  /** The revisions of a notice, oldest first. */
  revisions(id: string): readonly OwnRow[];
  /** Sets when the revisions of a notice end, in seconds since the epoch; warnings follow a changed end. */
  setEnd(id: string, exp: number): void;
  /** The own notices whose content is stored or lost, with an id above this one, in order. */
  livingAfter(id: string, limit: number): readonly string[];
  search(search: OwnSearch): OwnPage;
  /** How many notices wait for their report. */
  queued(): number;
}

const COLUMNS = `seq, id, revision, number, kind, digest, exp, at, state, code, header, frame,
  break_glass AS breakGlass, break_glass_kid AS breakGlassKid`;

/** Creates the own notices on the tables `own` and `idempotency`. `forgetText` removes a revision from the text index. */
export function createOwnNotices(db: Database, forgetText: (seq: number) => void): OwnNotices {
  const byId = db.prepare<[string], OwnRow>(
    `SELECT ${COLUMNS} FROM own WHERE id = ? ORDER BY revision DESC LIMIT 1`,
  );
  const queued = db.prepare<[], { readonly n: number }>(
    "SELECT value AS n FROM counter WHERE name = 'queued'",
  );
  const sdJwt = db.prepare<[number], { readonly text: string | null }>(
    'SELECT sd_jwt AS text FROM own WHERE seq = ?',
  );
  const revisions = db.prepare<[string], OwnRow>(`SELECT ${COLUMNS} FROM own WHERE id = ? ORDER BY revision`);
  const setEnd = db.prepare<[number, string]>(
    `UPDATE own SET exp = ?1, warn_at = iif(exp = ?1, warn_at, 0) WHERE id = ?2 AND sd_jwt IS NOT NULL`,
  );
  const living = db.prepare<[string, number], { readonly id: string }>(
    "SELECT DISTINCT id FROM own WHERE id > ? AND (sd_jwt IS NOT NULL OR state = 'lost') ORDER BY id LIMIT ?",
  );
  const remembered = rememberedIn(db);
  return {
    insert: insertInto(db, remembered),
    remembered,
    find: (id) => byId.get(id),
    revisions: (id) => revisions.all(id),
    livingAfter: (id, limit) => living.all(id, limit).map((row) => row.id),
    setEnd: (id, exp) => void setEnd.run(exp, id),
    sdJwt: (seq) => sdJwt.get(seq)?.text ?? undefined,
    search: (search) => searchOwn(db, search),
    queued: () => queued.get()?.n ?? 0,
    ...createOwnApprovals(db, forgetText),
    ...createBreakGlassUses(db),
  };
}

function rememberedIn(db: Database): OwnNotices['remembered'] {
  const bySeq = db.prepare<[number], OwnRow>(`SELECT ${COLUMNS} FROM own WHERE seq = ?`);
  const byKey = db.prepare<[string, string], { readonly body: string; readonly own: number }>(
    'SELECT body, own FROM idempotency WHERE caller = ? AND key = ?',
  );
  return ({ caller, key, body }) => {
    const before = byKey.get(caller, key);
    if (before === undefined) return undefined;
    if (before.body !== body)
      throw fail('idempotency-conflict', 'this key was used before with another body');
    return bySeq.get(before.own);
  };
}

function insertInto(db: Database, remembered: OwnNotices['remembered']): OwnNotices['insert'] {
  const add = db.prepare<
    [
      string,
      number,
      number,
      string,
      string,
      number,
      number,
      number | null,
      number | null,
      string,
      string,
      OwnState,
    ]
  >(
    `INSERT INTO own (id, revision, number, kind, digest, exp, at, addressed, warn_at, header, sd_jwt, state)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const remember = db.prepare<[string, string, string, number, number]>(
    'INSERT INTO idempotency (caller, key, body, own, at) VALUES (?, ?, ?, ?, ?)',
  );
  return ({ sdJwt, awaitsApproval, ...own }, idempotency) => {
    const before = idempotency && remembered(idempotency);
    if (before) return before;
    const { id, revision, number, kind, digest, exp, at, listed, warnAt = null, header } = own;
    const about = [id, revision, number, kind, digest, exp, at, listed, warnAt] as const;
    const state = awaitsApproval === true ? 'awaiting-approval' : 'queued';
    const { rowid: seq } = add.run(...about, header, sdJwt, state);
    if (idempotency) remember.run(idempotency.caller, idempotency.key, idempotency.body, seq, at);
    return { ...own, seq, state, code: null, frame: null, breakGlass: null, breakGlassKid: null };
  };
}

function searchOwn(db: Database, search: OwnSearch): OwnPage {
  const { kind, state, text, within, breakGlass, before, limit } = search;
  const match = text === undefined ? undefined : matchOf(text, within === 'content' ? undefined : 'header');
  const conditions: readonly (readonly [string, SqlValue | undefined])[] = [
    // If both are given, use the index of the state and not that of the kind.
    [state === undefined ? 'kind = ?' : '+kind = ?', kind],
    ['state = ?', state],
    ['seq < ?', before],
    ['seq IN (SELECT rowid FROM own_text WHERE own_text MATCH ?)', match],
  ];
  const { where, params } = whereOf(conditions);
  const from = breakGlass === undefined ? 'own' : tableOf(breakGlass);
  const rows = db
    .prepare<SqlValue[], OwnRow>(`SELECT ${COLUMNS} FROM ${from} ${where} ORDER BY seq DESC LIMIT ?`)
    .all(...params, limit + 1);
  return { rows: rows.slice(0, limit), more: rows.length > limit };
}

/** Builds a `WHERE` clause, possibly empty, of the conditions whose value is given. */
export function whereOf(conditions: readonly (readonly [string, SqlValue | undefined])[]): {
  readonly where: string;
  readonly params: readonly SqlValue[];
} {
  const given = conditions.filter((pair): pair is readonly [string, SqlValue] => pair[1] !== undefined);
  const where = given.length === 0 ? '' : `WHERE ${given.map(([sql]) => sql).join(' AND ')}`;
  return { where, params: given.map(([, value]) => value) };
}
