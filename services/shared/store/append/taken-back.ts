import type { Database } from '../sqlite.js';
import type { HeldNames, HeldPair } from './held-tables.js';

/** A page of pairs of which the recipient has not signed that it holds nothing; see `UndestroyedPages`. */
export interface UndestroyedQuery {
  /** The side of the pair on which the organisation is. */
  readonly as: 'originator' | 'recipient';
  readonly org: string;
  /** The last pair of the page before. */
  readonly after: HeldPair | undefined;
  /** Leaves out notices that ended before, in seconds since 1970. */
  readonly now: number;
  readonly limit: number;
}

/** Lists pairs of an organisation, by originator, notice and recipient. */
export interface UndestroyedPages {
  /** Pairs whose originator has not taken the notice back as a whole, or has shared a later revision. */
  readonly held: (query: UndestroyedQuery) => readonly HeldPair[];
  /** The others. */
  readonly takenBack: (query: UndestroyedQuery) => readonly HeldPair[];
}

/** Creates the table of copies that were taken back, and empties the others: the records are read again. */
export const TAKEN_BACK_MIGRATION = `CREATE TABLE taken_back (
     originator TEXT NOT NULL, id TEXT NOT NULL, recipient TEXT NOT NULL, jti TEXT NOT NULL, exp INTEGER NOT NULL,
     PRIMARY KEY (originator, id, recipient)
   ) WITHOUT ROWID;
   CREATE INDEX taken_back_exp ON taken_back (exp);
   CREATE INDEX taken_back_recipient ON taken_back (recipient, originator, id);
   CREATE INDEX held_recipient ON held (recipient, originator, id);
   DELETE FROM held; DELETE FROM held_notice; DELETE FROM held_up_to`;

/** Creates the writes of copies that were taken back; one is listed until its recipient signs that it destroyed it, or it ends. */
export function createTakenBack(db: Database) {
  const add = `INSERT OR REPLACE INTO taken_back
    SELECT originator, id, recipient, jti, exp FROM held JOIN held_notice USING (originator, id, jti)
    WHERE originator = ? AND id = ?`;
  const [addAll, addOne] = [
    db.prepare<[string, string]>(add),
    db.prepare<HeldNames>(`${add} AND recipient = ?`),
  ];
  const remove = db.prepare<[...HeldNames, string | null]>(
    'DELETE FROM taken_back WHERE originator = ? AND id = ? AND recipient = ? AND jti = ifnull(?, jti)',
  );
  const extend = db.prepare<[number, string, string]>(
    'UPDATE taken_back SET exp = ? WHERE originator = ? AND id = ?',
  );
  const forget = db.prepare<[number, number]>(
    `DELETE FROM taken_back WHERE (originator, id, recipient) IN
     (SELECT originator, id, recipient FROM taken_back WHERE exp < ? ORDER BY exp LIMIT ?)`,
  );
  return {
    /** Adds what every recipient of the notice holds. */
    all: ({ originator, id }: Omit<HeldPair, 'recipient'>): void => void addAll.run(originator, id),
    one: ({ originator, id, recipient }: HeldPair): void => void addOne.run(originator, id, recipient),
    /** Removes what a recipient signed that it does not hold: the notice, or one revision of it. */
    answered: ({ originator, id, recipient }: HeldPair, jti: string | null): void =>
      void remove.run(originator, id, recipient, jti),
    extend: ({ originator, id }: Omit<HeldPair, 'recipient'>, exp: number): void =>
      void extend.run(exp, originator, id),
    forget: (now: number, limit: number): void => void forget.run(now, limit),
    clear: (): void => db.exec('DELETE FROM taken_back'),
  };
}

const SHARED = 'held JOIN held_notice USING (originator, id, jti)';
const NOT_SHARED =
  'NOT EXISTS (SELECT 1 FROM held WHERE originator = back.originator AND id = back.id AND recipient = back.recipient)';

/** Creates the lists of pairs that no signed answer ends. */
export function createUndestroyed(db: Database): UndestroyedPages {
  const pagesOf = (from: string, condition: string): UndestroyedPages['held'] => {
    const page = (as: UndestroyedQuery['as'], rest: string) =>
      db.prepare<[...HeldNames, number, number], HeldPair>(
        `SELECT originator, id, recipient FROM ${from} WHERE ${as} = ? AND (${rest}) > (?, ?) AND exp >= ? AND ${condition}
         ORDER BY ${rest} LIMIT ?`,
      );
    const byOriginator = page('originator', 'id, recipient');
    const byRecipient = page('recipient', 'originator, id');
    return ({ as, org, after, now, limit }) => {
      const { originator = '', id = '', recipient = '' } = after ?? {};
      return as === 'originator'
        ? byOriginator.all(org, id, recipient, now, limit)
        : byRecipient.all(org, originator, id, now, limit);
    };
  };
  return { held: pagesOf(SHARED, 'TRUE'), takenBack: pagesOf('taken_back AS back', NOT_SHARED) };
}
