import type { Database } from '../../sqlite.js';
import { createReadReceipts, type ShownReceipt } from './shown-receipts.js';
import { createSignedReceipts, type SignedReceipt } from './signed-receipts.js';

/** What the records leave to one recipient, so that its receipt must have this root. */
export interface NewPromise {
  readonly org: string;
  /** Digests of the report and of the narrowings that count, in the order of the ledger. */
  readonly records: readonly string[];
  /** As in statements: base64url. */
  readonly root: string;
  /** `own.seq` of each notice, in the order of the delivery. */
  readonly notices: readonly number[];
}

/** What a receipt says of one notice that is not simply held as delivered; `place` is its index in the delivery. */
export interface ListedException {
  readonly place: number;
  readonly type: string;
  readonly code: string | null;
}

/** A verified receipt for one delivery of an own frame. */
export interface NewReceipt extends NewPromise {
  readonly frame: number;
  /** The receipt as its recipient signed it. */
  readonly jws: string;
  readonly at: number;
  readonly kid: string;
  readonly except: readonly ListedException[];
}

/** A receipt whose root is not the one that the records lead to. */
export interface NewDispute extends Pick<NewReceipt, 'frame' | 'org' | 'at' | 'kid'> {
  /** What the receipt says of each notice (`own.seq`) that the records leave to the recipient. */
  readonly notices: readonly { readonly own: number; readonly type: string }[];
}

/** Later words of a recipient, in one signed statement. */
export interface NewChange {
  readonly org: string;
  readonly jws: string;
  readonly at: number;
  readonly kid: string;
  /** For each own frame that it is about. */
  readonly words: readonly {
    readonly frame: number;
    readonly entries: readonly (ListedException & { readonly own: number })[];
  }[];
}

/** Stores what recipients answer about own frames. Writes belong into a transaction. */
export interface Received {
  /** Stores what a recipient must answer, unless it is known already. */
  promise(frame: number, promise: NewPromise): void;
  /** The promise for these records, also after its receipt arrived; undefined for unknown records. */
  promised(
    frame: number,
    org: string,
    records: readonly string[],
  ): Pick<NewPromise, 'root' | 'notices'> | undefined;
  /** Stores a receipt and settles its notices. The first one stands, except that a rejection by a wrong clock is replaced. */
  received(receipt: NewReceipt): void;
  /**
   * Stores that a recipient answered for another delivery than the records promise: its notices are neither
   * settled nor sent to it again.
   */
  disputed(dispute: NewDispute): void;
  /**
   * Stores the outcomes of a change beside the receipts that they are about: those whose type differs from the
   * last one stored for the notice, at most 16 for each. A change that is stored already changes nothing.
   */
  changed(change: NewChange): void;
  /** What each recipient last said of an own notice. */
  receiptsOf(own: number): readonly ShownReceipt[];
  /** The receipt of each recipient as it signed it. */
  signedReceiptsOf(own: number): readonly SignedReceipt[];
}

interface ReceivedDeps {
  /** Call when a recipient has answered about this own notice: its receipt is not awaited any more. */
  readonly answered: (own: number, org: string) => void;
  readonly closeFrame: (frame: number) => void;
}

/** Creates the answers on the tables `promise`, `receipt`, `exception`, `disputed`, `change` and `change_word`. */
export function createReceived(db: Database, deps: ReceivedDeps): Received {
  return {
    ...promising(db),
    received: receiving(db, deps),
    disputed: disputing(db, deps),
    changed: changing(db),
    receiptsOf: createReadReceipts(db),
    signedReceiptsOf: createSignedReceipts(db),
  };
}

interface PromiseRow {
  readonly root: string;
  readonly notices: string;
}

function promising(db: Database): Pick<Received, 'promise' | 'promised'> {
  const add = db.prepare<[number, string, string, string, string]>(
    `INSERT OR IGNORE INTO promise (frame, org, records, root, notices) SELECT ?1, ?2, ?3, ?4, ?5
     WHERE NOT EXISTS (SELECT 1 FROM receipt WHERE frame = ?1 AND org = ?2 AND records = ?3)`,
  );
  const find = db.prepare<[number, string, string], PromiseRow>(
    `SELECT root, notices FROM promise WHERE frame = ?1 AND org = ?2 AND records = ?3
     UNION ALL SELECT root, notices FROM receipt WHERE frame = ?1 AND org = ?2 AND records = ?3`,
  );
  return {
    promise: (frame, { org, records, root, notices }) =>
      void add.run(frame, org, records.join(), root, JSON.stringify(notices)),
    promised: (frame, org, records) => {
      const row = find.get(frame, org, records.join());
      return row && { root: row.root, notices: JSON.parse(row.notices) as readonly number[] };
    },
  };
}

/** The codes of rejections that a wrong clock of the recipient may have caused. */
const BY_CLOCK: readonly (string | null)[] = ['expired', 'key-revoked'];

function receiving(db: Database, { answered, closeFrame }: ReceivedDeps): Received['received'] {
  const first = db.prepare<[number, string, string], { readonly seq: number; readonly jws: string }>(
    'SELECT seq, jws FROM receipt WHERE frame = ? AND org = ? AND records = ?',
  );
  const add = db.prepare<[number, string, string, string, string, string, number, string]>(
    'INSERT INTO receipt (frame, org, records, root, notices, jws, at, kid) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const replace = db.prepare<[string, number, string, number]>(
    'UPDATE receipt SET jws = ?, at = ?, kid = ? WHERE seq = ?',
  );
  const kept = db.prepare<[number], ListedException>(
    'SELECT place, type, code FROM exception WHERE receipt = ? ORDER BY place',
  );
  const drop = db.prepare<[number]>('DELETE FROM exception WHERE receipt = ?');
  const list = db.prepare<[number, number, string, string | null]>(
    'INSERT INTO exception (receipt, place, type, code) VALUES (?, ?, ?, ?)',
  );
  const dropPromise = db.prepare<[number, string, string]>(
    'DELETE FROM promise WHERE frame = ? AND org = ? AND records = ?',
  );
  /** True when the new receipt holds a notice that the first one rejected because of a wrong clock. */
  const isBetter = (seq: number, except: readonly ListedException[]): boolean => {
    const now = new Set(except.filter(({ type }) => type !== 'held').map(({ place }) => place));
    return kept
      .all(seq)
      .some(({ type, code, place }) => type === 'rejected' && BY_CLOCK.includes(code) && !now.has(place));
  };
  return ({ frame, org, records, root, notices, jws, at, kid, except }) => {
    const name = records.join();
    const before = first.get(frame, org, name);
    if (before === undefined || (before.jws !== jws && isBetter(before.seq, except))) {
      const seq = before?.seq ?? add.run(frame, org, name, root, JSON.stringify(notices), jws, at, kid).rowid;
      if (before) replace.run(jws, at, kid, seq);
      drop.run(seq);
      for (const { place, type, code } of except) list.run(seq, place, type, code);
      dropPromise.run(frame, org, name);
    }
    for (const own of notices) answered(own, org);
    closeFrame(frame);
  };
}

function disputing(db: Database, { answered, closeFrame }: ReceivedDeps): Received['disputed'] {
  const add = db.prepare<[number, string, string, number, string]>(
    `INSERT OR IGNORE INTO disputed (own, org, type, at, kid) SELECT ?1, ?2, ?3, ?4, ?5
     WHERE EXISTS (SELECT 1 FROM waiting WHERE own = ?1 AND org = ?2)`,
  );
  return ({ frame, org, notices, at, kid }) => {
    for (const { own, type } of notices) {
      add.run(own, org, type, at, kid);
      answered(own, org);
    }
    closeFrame(frame);
  };
}

/** Maximum outcomes from changes that are stored for one notice of a receipt. */
const MAX_OUTCOMES = 16;

type Said = readonly [place: number, type: string, code: string | null];

function changing(db: Database): Received['changed'] {
  const add = db.prepare<[string, string, number, string]>(
    'INSERT OR IGNORE INTO change (org, jws, at, kid) VALUES (?, ?, ?, ?)',
  );
  const receipts = db.prepare<[number, string], { readonly seq: number; readonly notices: string }>(
    'SELECT seq, notices FROM receipt WHERE frame = ? AND org = ?',
  );
  const said = db.prepare<[number], { readonly words: string }>(
    'SELECT words FROM change_word WHERE receipt = ? ORDER BY change',
  );
  const say = db.prepare<[number, number, string]>(
    'INSERT OR IGNORE INTO change_word (receipt, change, words) VALUES (?, ?, ?)',
  );
  const drop = db.prepare<[number]>(
    'DELETE FROM change WHERE seq = ?1 AND NOT EXISTS (SELECT 1 FROM change_word WHERE change = ?1)',
  );
  return ({ org, jws, at, kid, words }) => {
    const { changes, rowid } = add.run(org, jws, at, kid);
    if (changes === 0) return;
    for (const { frame, entries } of words) {
      for (const { seq, notices } of receipts.all(frame, org)) {
        const known = JSON.parse(notices) as readonly number[];
        const about = entries.flatMap(({ place, own, type, code }): readonly Said[] => {
          return known[place] === own ? [[place, type, code]] : [];
        });
        const before =
          about.length === 0 ? [] : said.all(seq).flatMap((row) => JSON.parse(row.words) as Said[]);
        const novel = about.filter(([place, type]) => isNovel(before, place, type));
        if (novel.length > 0) say.run(seq, rowid, JSON.stringify(novel));
      }
    }
    drop.run(rowid);
  };
}

/** True for another type than the last one stored for this place, below the maximum. */
function isNovel(before: readonly Said[], place: number, type: string): boolean {
  const words = before.filter(([about]) => about === place);
  return words.length < MAX_OUTCOMES && words.at(-1)?.[1] !== type;
}
