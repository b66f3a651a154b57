import type { LedgerPosition } from './router-ledger.js';
import type { Database } from '../sqlite.js';

/** One revision of a notice as recorded on the ledger; `part` and `decisions` are JSON of the record. */
export interface KnownNotice {
  readonly originator: string;
  readonly jti: string;
  /** SD-JWT digest. */
  readonly digest: string;
  readonly number: number;
  /** Seconds since the epoch. */
  readonly exp: number;
  readonly kind: string;
  readonly state: 'active' | 'ended';
  /** The id of the frame that it was last recorded with. */
  readonly frame: string;
  /** When it was first recorded, in milliseconds since the epoch. */
  readonly at: number;
  readonly part: string;
  readonly decisions: string;
}

/** The facts of a revision that the checks of receipts and of other revisions need. */
export type KnownRevision = Pick<KnownNotice, 'jti' | 'digest' | 'number' | 'exp' | 'kind'>;

/** The decisions (JSON) of one narrowing for a notice, which may not be known yet. */
export type KnownNarrowing = Pick<KnownNotice, 'originator' | 'jti' | 'digest' | 'exp' | 'decisions'>;

/** The recorded notices and their decisions. Writes belong into a transaction. */
export interface RouterNotices {
  byDigest(originator: string, digest: string): KnownNotice | undefined;
  byJti(originator: string, jti: string): KnownNotice | undefined;
  /** One revision without its decisions. */
  revision(originator: string, jti: string): KnownRevision | undefined;
  /** The highest number of any revision of a notice, read from an index; 0 when there is none. */
  newestNumber(originator: string, id: string): number;
  /** The newest revision of a notice, read without its long columns. */
  newestOf(originator: string, id: string): Pick<KnownRevision, 'jti' | 'kind'> | undefined;
  /** Every revision of a notice, by number; `exp` is the expiry that was signed, without extensions. */
  revisionsOf(originator: string, id: string): readonly KnownRevision[];
  /** The frames with which a notice was recorded. */
  framesOf(originator: string, jti: string): readonly string[];
  /** Stores a notice, unless a later position of the same epoch has stored it already. */
  put(notice: KnownNotice, place: LedgerPosition): void;
  /**
   * Keeps the revisions below an extension's number until `end`, in seconds since 1970, or for as long as
   * before.
   */
  extend(
    extension: { readonly originator: string; readonly id: string; readonly number: number },
    end: number,
  ): void;
  /** Replaces the decisions of a known notice by narrower ones. */
  narrow(notice: Pick<KnownNotice, 'originator' | 'jti' | 'decisions'>): void;
  addNarrowing(narrowing: KnownNarrowing): void;
  /** The decisions of every narrowing of the notice with this digest. */
  narrowingsOf(notice: Pick<KnownNotice, 'originator' | 'jti' | 'digest'>): readonly string[];
}

const REVISION = 'jti, digest, number, exp, kind';
const COLUMNS = 'originator, jti, digest, number, exp, kind, state, frame, at, part, decisions';

/** Creates the notices on the tables `notice`, `reframed` and `narrowing`. */
export function createRouterNotices(db: Database): RouterNotices {
  const byDigest = db.prepare<[string, string], KnownNotice>(
    `SELECT ${COLUMNS} FROM notice WHERE originator = ? AND digest = ?`,
  );
  const byJti = db.prepare<[string, string], KnownNotice>(
    `SELECT ${COLUMNS} FROM notice WHERE originator = ? AND jti = ?`,
  );
  const revision = db.prepare<[string, string], KnownRevision>(
    `SELECT ${REVISION} FROM notice WHERE originator = ? AND jti = ?`,
  );
  // Must repeat the expression of the index `notice_newest`, or SQLite does not use it.
  const newest = db.prepare<[string, string], { number: number | null }>(
    `SELECT max(number) AS number FROM notice WHERE originator = ? AND substr(jti, 1, instr(jti, '.') - 1) = ?`,
  );
  const { remember, framesOf } = reframing(db);
  const put = db.prepare<
    [string, string, string, number, number, string, string, string, number, string, string, string, number]
  >(
    `INSERT INTO notice (${COLUMNS}, epoch, seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (originator, jti) DO UPDATE SET frame = excluded.frame, decisions = excluded.decisions,
       epoch = excluded.epoch, seq = excluded.seq
     WHERE excluded.digest = notice.digest AND (excluded.epoch <> notice.epoch OR excluded.seq > notice.seq)`,
  );
  return {
    byDigest: (originator, digest) => byDigest.get(originator, digest),
    byJti: (originator, jti) => byJti.get(originator, jti),
    revision: (originator, jti) => revision.get(originator, jti),
    framesOf,
    newestNumber: (originator, id) => newest.get(originator, id)?.number ?? 0,
    put: ({ originator, jti, digest, number, exp, kind, ...rest }, { epoch, seq }) => {
      const { state, frame, at, part, decisions } = rest;
      remember({ originator, jti, frame, digest });
      put.run(originator, jti, digest, number, exp, kind, state, frame, at, part, decisions, epoch, seq);
    },
    ...lives(db),
    ...narrowings(db),
  };
}

function lives(db: Database): Pick<RouterNotices, 'newestOf' | 'revisionsOf' | 'extend'> {
  const newest = db.prepare<[string, string], Pick<KnownRevision, 'jti' | 'kind'>>(
    `SELECT jti, kind FROM notice
     WHERE originator = ? AND substr(jti, 1, instr(jti, '.') - 1) = ? ORDER BY number DESC LIMIT 1`,
  );
  const revisions = db.prepare<[string, string], KnownRevision>(
    `SELECT jti, digest, number, part ->> '$.exp' AS exp, kind FROM notice
     WHERE originator = ? AND substr(jti, 1, instr(jti, '.') - 1) = ? ORDER BY number`,
  );
  const extend = db.prepare<[number, string, string, number, number]>(
    `UPDATE notice SET exp = ? WHERE originator = ? AND substr(jti, 1, instr(jti, '.') - 1) = ? AND number < ? AND exp < ?`,
  );
  return {
    newestOf: (originator, id) => newest.get(originator, id),
    revisionsOf: (originator, id) => revisions.all(originator, id),
    extend: ({ originator, id, number }, end) => void extend.run(end, originator, id, number, end),
  };
}

interface Reframing extends Pick<RouterNotices, 'framesOf'> {
  /** Stores both frames of a notice that is recorded with a different frame than before. */
  readonly remember: (notice: Pick<KnownNotice, 'originator' | 'jti' | 'frame' | 'digest'>) => void;
}

/**
 * Maximum earlier frames remembered of a notice: each frame with it looks up the receipts for all of them. A gateway moves a
 * notice at most once; a recipient that answered in a forgotten frame gets the notice again.
 */
const MAX_FRAMES = 16;

function reframing(db: Database): Reframing {
  const remember = db.prepare<[string, string, string, string]>(
    `INSERT OR IGNORE INTO reframed (originator, jti, frame, exp)
     SELECT originator, jti, value, exp FROM notice, json_each(json_array(?3, frame))
     WHERE originator = ?1 AND jti = ?2 AND digest = ?4 AND frame <> ?3
       AND (SELECT count(*) FROM reframed WHERE originator = ?1 AND jti = ?2) < ${MAX_FRAMES}`,
  );
  const framesOf = db.prepare<[string, string], { frame: string }>(
    `SELECT frame FROM notice WHERE originator = ?1 AND jti = ?2
     UNION SELECT frame FROM reframed WHERE originator = ?1 AND jti = ?2`,
  );
  return {
    remember: ({ originator, jti, frame, digest }) => void remember.run(originator, jti, frame, digest),
    framesOf: (originator, jti) => framesOf.all(originator, jti).map(({ frame }) => frame),
  };
}

function narrowings(db: Database): Pick<RouterNotices, 'narrow' | 'addNarrowing' | 'narrowingsOf'> {
  const narrow = db.prepare<[string, string, string]>(
    'UPDATE notice SET decisions = ? WHERE originator = ? AND jti = ?',
  );
  const addNarrowing = db.prepare<[string, string, string, number, string]>(
    'INSERT INTO narrowing (originator, jti, digest, exp, decisions) VALUES (?, ?, ?, ?, ?)',
  );
  const of = db.prepare<[string, string, string], { decisions: string }>(
    'SELECT decisions FROM narrowing WHERE originator = ? AND jti = ? AND digest = ?',
  );
  return {
    narrow: ({ originator, jti, decisions }) => void narrow.run(decisions, originator, jti),
    addNarrowing: ({ originator, jti, digest, exp, decisions }) =>
      void addNarrowing.run(originator, jti, digest, exp, decisions),
    narrowingsOf: ({ originator, jti, digest }) =>
      of.all(originator, jti, digest).map(({ decisions }) => decisions),
  };
}
