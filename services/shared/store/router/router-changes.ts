import type { Database } from '../sqlite.js';

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

/** The changes of receipts on the ledger. Writes belong into a transaction. */
export interface RouterChanges {
  /** Adds a change; of one recipient about one revision only the first `MAX_CHANGED` are kept. */
  addChange(change: ChangedRevision): void;
  /** The changes that one recipient reported about a revision, in the order of their signing. */
  changesFrom(
    about: Pick<ChangedRevision, 'originator' | 'jti' | 'recipient'>,
  ): readonly Pick<ChangedRevision, 'type'>[];
  /** The later outcomes of a revision, by recipient; those of one recipient in the order of their signing. */
  changesOf(originator: string, jti: string): readonly Pick<ChangedRevision, 'recipient' | 'type'>[];
}

/** Maximum changes kept of one recipient about one revision: it can be destroyed, kept, and little else. */
export const MAX_CHANGED = 16;

/** Creates the changes on the table `changed`. */
export function createRouterChanges(db: Database): RouterChanges {
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
