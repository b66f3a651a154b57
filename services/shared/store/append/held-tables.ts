import type { Database } from '../sqlite.js';

/** A revision of a notice, as the record that routed it has it. */
export interface HeldRevision {
  readonly originator: string;
  readonly id: string;
  readonly jti: string;
  /** Digest of the SD-JWT. */
  readonly digest: string;
  readonly number: number;
  /** Expiry in seconds since 1970. */
  readonly exp: number;
  /** The attributes that policy reads, as JSON. */
  readonly attributes: string;
}

/** A recipient of an originator's notice. */
export interface HeldPair {
  readonly originator: string;
  readonly id: string;
  readonly recipient: string;
}

/** The key of a pair, as parameters of a statement. */
export type HeldNames = readonly [originator: string, id: string, recipient: string];

/** A row as the table has it; lists are words with commas between them. */
export interface StoredPair {
  readonly jti: string;
  readonly number: number;
  /** The sections that the recipient holds without any unseal, joined by commas. */
  readonly sections: string;
  /** The unseals, joined by commas: `section:action`, with `:taken-back` once a report kept the action back. */
  readonly unsealed: string;
}

/** Splits a list of the tables. */
export const wordsIn = (text: string): readonly string[] => (text === '' ? [] : text.split(','));

/** Creates the reads and writes of the table of pairs. */
export function createPairs(db: Database) {
  const get = db.prepare<HeldNames, StoredPair>(
    'SELECT jti, number, sections, unsealed FROM held WHERE originator = ? AND id = ? AND recipient = ?',
  );
  const put = db.prepare<[...HeldNames, string, number, string, string]>(
    'INSERT OR REPLACE INTO held (originator, id, recipient, jti, number, sections, unsealed) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const remove = db.prepare<HeldNames>('DELETE FROM held WHERE originator = ? AND id = ? AND recipient = ?');
  const end = db.prepare<[string, string]>('DELETE FROM held WHERE originator = ? AND id = ?');
  const withUnseal = db.prepare<[string, string, string], { id: string }>(
    "SELECT id FROM held WHERE originator = ? AND recipient = ? AND unsealed <> '' AND instr(unsealed, ?) > 0",
  );
  const namesOf = ({ originator, id, recipient }: HeldPair): HeldNames => [originator, id, recipient];
  return {
    /** The notices of which the recipient has an unseal by this action: one, or none. */
    withUnseal: ({ originator, recipient, action }: Omit<HeldPair, 'id'> & { readonly action: string }) =>
      withUnseal.all(originator, recipient, action).map(({ id }) => id),
    get: (pair: HeldPair): StoredPair | undefined => get.get(...namesOf(pair)),
    put: (pair: HeldPair, { jti, number, sections, unsealed }: StoredPair): void =>
      void put.run(...namesOf(pair), jti, number, sections, unsealed),
    remove: (pair: HeldPair): void => void remove.run(...namesOf(pair)),
    end: ({ originator, id }: Pick<HeldPair, 'originator' | 'id'>): void => void end.run(originator, id),
  };
}

/** Creates the reads and writes of the table of revisions. */
export function createRevisions(db: Database) {
  const put = db.prepare<[string, string, string, string, number, string]>(
    'INSERT OR IGNORE INTO held_notice (originator, id, jti, digest, exp, attributes) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const digestOf = db.prepare<HeldNames, { digest: string }>(
    'SELECT digest FROM held_notice WHERE originator = ? AND id = ? AND jti = ?',
  );
  const extend = db.prepare<[number, string, string]>(
    'UPDATE held_notice SET exp = ? WHERE originator = ? AND id = ?',
  );
  const end = db.prepare<[string, string]>('DELETE FROM held_notice WHERE originator = ? AND id = ?');
  type NoticeName = Pick<HeldPair, 'originator' | 'id'>;
  return {
    put: ({ originator, id, jti, digest, exp, attributes }: HeldRevision): void =>
      void put.run(originator, id, jti, digest, exp, attributes),
    digestOf: ({ originator, id }: NoticeName, jti: string): string | undefined =>
      digestOf.get(originator, id, jti)?.digest,
    extend: ({ originator, id }: NoticeName, exp: number): void => void extend.run(exp, originator, id),
    end: ({ originator, id }: NoticeName): void => void end.run(originator, id),
  };
}
