import type { Database } from '../sqlite.js';

/** A holder's verified request for a section of an own notice; `at` is when it arrived, in milliseconds. */
export interface AskedSection {
  readonly jti: string;
  /** Of the request. */
  readonly digest: string;
  readonly id: string;
  readonly org: string;
  readonly section: string;
  readonly purpose: string;
  /** SD-JWT digest of the revision that the holder has. */
  readonly copy: string;
  readonly at: number;
  /** The request as signed. */
  readonly text: string;
}

/** A stored request; `item` is the own action that answered it. */
export interface AskedRow extends AskedSection {
  readonly item: number | null;
}

/** The requests for sections of own notices. Methods that write belong into a transaction. */
export interface Asked {
  /**
   * Stores a request. Returns false and stores nothing if it is stored already, or about an unknown own
   * notice.
   */
  receive(request: AskedSection): boolean;
  find(jti: string): AskedRow | undefined;
  /** The requests about a notice. */
  of(id: string): readonly AskedRow[];
  /** The requests without an answer that arrived after this place, oldest first. */
  open(page: { readonly after: Pick<AskedRow, 'at' | 'jti'>; readonly limit: number }): readonly AskedRow[];
  /** Records the action that answers a request, unless one did before. */
  answer(jti: string, item: number): void;
  /** Opens the request that this action answered again: the hub did not take the action. */
  reopen(item: { readonly seq: number; readonly id: string }): void;
}

const COLUMNS = 'jti, digest, id, org, section, purpose, copy, at, text, item';

/** Creates the requests on the table `asked`. */
export function createAsked(db: Database): Asked {
  const own = db.prepare<[string], { readonly n: number }>('SELECT 1 AS n FROM own WHERE id = ? LIMIT 1');
  const add = db.prepare<[string, string, string, string, string, string, string, number, string]>(
    `INSERT OR IGNORE INTO asked (jti, digest, id, org, section, purpose, copy, at, text)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const find = db.prepare<[string], AskedRow>(`SELECT ${COLUMNS} FROM asked WHERE jti = ?`);
  const of = db.prepare<[string], AskedRow>(`SELECT ${COLUMNS} FROM asked WHERE id = ?`);
  const open = db.prepare<[number, string, number], AskedRow>(
    `SELECT ${COLUMNS} FROM asked INDEXED BY asked_open WHERE item IS NULL AND (at, jti) > (?, ?) ORDER BY at, jti LIMIT ?`,
  );
  const answer = db.prepare<[number, string]>('UPDATE asked SET item = ? WHERE jti = ? AND item IS NULL');
  const reopen = db.prepare<[string, number]>('UPDATE asked SET item = NULL WHERE id = ? AND item = ?');
  return {
    receive: ({ jti, digest, id, org, section, purpose, copy, at, text }) =>
      own.get(id) !== undefined &&
      add.run(jti, digest, id, org, section, purpose, copy, at, text).changes > 0,
    find: (jti) => find.get(jti),
    of: (id) => of.all(id),
    open: ({ after: { at, jti }, limit }) => open.all(at, jti, limit),
    answer: (jti, item) => void answer.run(item, jti),
    reopen: ({ seq, id }) => void reopen.run(id, seq),
  };
}
