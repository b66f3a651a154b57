import type { Database } from '../sqlite.js';
import {
  createPairs,
  type HeldPair,
  type HeldRevision,
  createRevisions,
  type HeldNames as Names,
  type StoredPair,
} from './held-tables.js';
import { type HeldPairChange, heldSections, pairAfter } from './held-pair.js';
import { createTakenBack, createUndestroyed, type UndestroyedPages } from './taken-back.js';

/** What one record changes in what recipients hold. */
export type HeldChange =
  | {
      readonly type: 'shared';
      readonly revision: HeldRevision;
      readonly shares: readonly { readonly to: string; readonly sections: readonly string[] }[];
    }
  | HeldPairChange
  /** The recipient answers an action: it holds nothing of the notice. */
  | (HeldPair & { readonly type: 'destroyed' })
  | { readonly type: 'extended'; readonly originator: string; readonly id: string; readonly exp: number }
  | { readonly type: 'ended'; readonly originator: string; readonly id: string };

/** What one recipient holds of one notice. */
export interface HeldRow extends HeldPair {
  readonly jti: string;
  readonly attributes: string;
  /** Those that an unseal gave are among `sections`. */
  readonly sections: readonly string[];
  readonly unsealed: readonly string[];
}

/** The part of the record index that says who holds what. It follows the records at its own pace. */
export interface HeldIndex {
  /** The number of the last record applied; 0 when none. */
  upTo(): number;
  /** Applies the changes of records up to and including number `upTo`, in one transaction. */
  apply(changes: readonly HeldChange[], upTo: number): void;
  /** Deletes notices that ended before `now`, in seconds since 1970; returns how many, `limit` at most. */
  forget(now: number, limit: number): number;
  /**
   * Lists what recipients hold of an originator's notices, or of all if it is undefined, after a pair; by originator, notice
   * and recipient. Leaves out what ended before `now`, in seconds since 1970.
   */
  list(query: HeldQuery): readonly HeldRow[];
  readonly undestroyed: UndestroyedPages;
  clear(): void;
}

/** The page of a list of pairs. */
export interface HeldQuery {
  readonly originator: string | undefined;
  readonly after: HeldPair | undefined;
  readonly now: number;
  readonly limit: number;
}

/** Creates the tables of held notices; they are filled from the append-only file. */
export const HELD_MIGRATION = `CREATE TABLE held_notice (
     originator TEXT NOT NULL, id TEXT NOT NULL, jti TEXT NOT NULL, digest TEXT NOT NULL, exp INTEGER NOT NULL,
     attributes TEXT NOT NULL, PRIMARY KEY (originator, id, jti)
   ) WITHOUT ROWID;
   CREATE INDEX held_notice_exp ON held_notice (exp);
   CREATE TABLE held (
     originator TEXT NOT NULL, id TEXT NOT NULL, recipient TEXT NOT NULL, jti TEXT NOT NULL, number INTEGER NOT NULL,
     sections TEXT NOT NULL, unsealed TEXT NOT NULL, PRIMARY KEY (originator, id, recipient)
   ) WITHOUT ROWID;
   CREATE TABLE held_up_to (number INTEGER NOT NULL)`;

/** Adds the index of `withUnseal`, and empties the tables: the records are read again, for the action of each unseal. */
export const HELD_UNSEALS_MIGRATION = `DELETE FROM held; DELETE FROM held_notice; DELETE FROM held_up_to;
   CREATE INDEX held_unsealed ON held (originator, recipient) WHERE unsealed <> ''`;

/** Creates the part of the index over a database that has the tables. */
export function createHeldIndex(db: Database): HeldIndex {
  const upTo = db.prepare<[], { number: number }>('SELECT number FROM held_up_to LIMIT 1');
  const clearUpTo = db.prepare('DELETE FROM held_up_to');
  const setUpTo = db.prepare<[number]>('INSERT INTO held_up_to VALUES (?)');
  const takenBack = createTakenBack(db);
  const apply = createApply(db, takenBack);
  return {
    upTo: () => upTo.get()?.number ?? 0,
    apply: (changes, number) =>
      db.transaction(() => {
        for (const change of changes) apply(change);
        clearUpTo.run();
        setUpTo.run(number);
      }),
    forget: createForget(db, takenBack),
    list: createList(db),
    undestroyed: createUndestroyed(db),
    clear: () => {
      db.exec('DELETE FROM held; DELETE FROM held_notice; DELETE FROM held_up_to');
      takenBack.clear();
    },
  };
}

type TakenBack = ReturnType<typeof createTakenBack>;

function createApply(db: Database, takenBack: TakenBack): (change: HeldChange) => void {
  const pairs = createPairs(db);
  const revisions = createRevisions(db);
  const changePair = (key: HeldPair, change: HeldPairChange): void => {
    const pair = pairs.get(key);
    if (pair === undefined) return;
    const left = pairAfter(change, pair, () => revisions.digestOf(key, pair.jti));
    if (left === undefined) pairs.remove(key);
    else pairs.put(key, left);
  };
  return (change) => {
    switch (change.type) {
      case 'shared':
        return share(change, { pairs, revisions, changePair });
      case 'extended':
        takenBack.extend(change, change.exp);
        return revisions.extend(change, change.exp);
      case 'ended':
        takenBack.all(change);
        pairs.end(change);
        return revisions.end(change);
      case 'unacted':
        for (const id of pairs.withUnseal(change)) changePair({ ...change, id }, change);
        return undefined;
      case 'destroyed':
        return takenBack.answered(change, null);
      case 'lost':
        takenBack.answered(change, change.jti);
        return changePair(change, change);
      case 'restricted':
        if (change.sections === null) takenBack.one(change);
        return changePair(change, change);
      default:
        return changePair(change, change);
    }
  };
}

interface HeldTables {
  readonly pairs: ReturnType<typeof createPairs>;
  readonly revisions: ReturnType<typeof createRevisions>;
  readonly changePair: (key: HeldPair, change: HeldPairChange) => void;
}

/**
 * A revision takes the place of every lower one of its notice, as it does at the recipient. The record of a further frame with a
 * revision is bounded by the first one: it can only narrow what a recipient still holds, and gives back nothing.
 */
function share(
  { revision, shares }: Extract<HeldChange, { readonly type: 'shared' }>,
  { pairs, revisions, changePair }: HeldTables,
): void {
  const { originator, id, jti, number } = revision;
  const isRecorded = revisions.digestOf(revision, jti) !== undefined;
  if (shares.length > 0 && !isRecorded) revisions.put(revision);
  for (const { to, sections } of shares) {
    const pair = { originator, id, recipient: to };
    if (isRecorded) {
      changePair(pair, { type: 'narrowed', ...pair, jti, sections });
      continue;
    }
    const known = pairs.get(pair);
    if (known !== undefined && known.number > number) continue;
    pairs.put(pair, { jti, number, sections: sections.join(), unsealed: '' });
  }
}

function createForget(db: Database, takenBack: TakenBack): HeldIndex['forget'] {
  const ended = db.prepare<[number, number], { originator: string; id: string; jti: string }>(
    'SELECT originator, id, jti FROM held_notice WHERE exp < ? ORDER BY exp LIMIT ?',
  );
  const forgetPairs = db.prepare<Names>('DELETE FROM held WHERE originator = ? AND id = ? AND jti = ?');
  const forgetOne = db.prepare<Names>('DELETE FROM held_notice WHERE originator = ? AND id = ? AND jti = ?');
  return (now, limit) =>
    db.transaction(() => {
      takenBack.forget(now, limit);
      const found = ended.all(now, limit);
      for (const { originator, id, jti } of found) {
        forgetPairs.run(originator, id, jti);
        forgetOne.run(originator, id, jti);
      }
      return found.length;
    });
}

interface ListedPair extends HeldPair, Pick<StoredPair, 'jti' | 'sections' | 'unsealed'> {
  readonly attributes: string;
}

const COLUMNS = `SELECT originator, id, recipient, jti, sections, unsealed, attributes
  FROM held JOIN held_notice USING (originator, id, jti)`;

function createList(db: Database): HeldIndex['list'] {
  const ofAll = db.prepare<[...Names, number, number], ListedPair>(
    `${COLUMNS} WHERE (originator, id, recipient) > (?, ?, ?) AND exp >= ? ORDER BY originator, id, recipient LIMIT ?`,
  );
  const ofOne = db.prepare<[...Names, number, number], ListedPair>(
    `${COLUMNS} WHERE originator = ? AND (id, recipient) > (?, ?) AND exp >= ? ORDER BY id, recipient LIMIT ?`,
  );
  return ({ originator, after, now, limit }) => {
    const { id = '', recipient = '' } = after ?? {};
    const rows =
      originator === undefined
        ? ofAll.all(after?.originator ?? '', id, recipient, now, limit)
        : ofOne.all(originator, id, recipient, now, limit);
    return rows.map((row) => ({ ...row, ...heldSections(row) }));
  };
}
