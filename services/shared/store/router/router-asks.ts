import type { Database } from '../sqlite.js';

/** A holder's request on the ledger for a section of an originator's notice. */
export interface KnownAsk {
  readonly holder: string;
  /** Digest of the request. */
  readonly digest: string;
  readonly originator: string;
  readonly id: string;
  readonly section: string;
  /** When it was recorded, in milliseconds since 1970. */
  readonly at: number;
  /** When its memory ends, in seconds since 1970. */
  readonly exp: number;
}

/** The requests on the ledger. Writes belong into a transaction. */
export interface RouterAsks {
  add(ask: KnownAsk): void;
  byDigest(holder: string, digest: string): KnownAsk | undefined;
  /** A holder's requests for a section of a notice, in the order of their recording. */
  of(ask: Pick<KnownAsk, 'holder' | 'originator' | 'id' | 'section'>): readonly KnownAsk[];
}

const COLUMNS = 'holder, digest, originator, id, section, at, exp';

/** Creates the requests on the table `ask`. */
export function createRouterAsks(db: Database): RouterAsks {
  const add = db.prepare<[string, string, string, string, string, number, number]>(
    `INSERT INTO ask (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (holder, digest) DO UPDATE SET at = excluded.at WHERE excluded.at < ask.at`,
  );
  const byDigest = db.prepare<[string, string], KnownAsk>(
    `SELECT ${COLUMNS} FROM ask WHERE holder = ? AND digest = ?`,
  );
  const of = db.prepare<[string, string, string, string], KnownAsk>(
    `SELECT ${COLUMNS} FROM ask WHERE holder = ? AND originator = ? AND id = ? AND section = ? ORDER BY at, digest`,
  );
  return {
    add: ({ holder, digest, originator, id, section, at, exp }) =>
      void add.run(holder, digest, originator, id, section, at, exp),
    byDigest: (holder, digest) => byDigest.get(holder, digest),
    of: ({ holder, originator, id, section }) => of.all(holder, originator, id, section),
  };
}
