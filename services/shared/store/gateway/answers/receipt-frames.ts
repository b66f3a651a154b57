import type { GatewayFacts } from '../gateway-facts.js';
import type { Database } from '../../sqlite.js';

/** A later word about a notice that this gateway holds or held, to be signed in a change. */
export interface Word {
  readonly originator: string;
  /** The frame and the index of the delivery that brought the notice. */
  readonly frame: string;
  readonly place: number;
  readonly jti: string;
  readonly type: string;
  readonly code: string | null;
  /** Digest of the disclosures held before; null when nothing was held. */
  readonly before: string | null;
}

/** A word that is not signed yet. */
export interface WaitingWord extends Word {
  readonly seq: number;
}

/** A signed frame of receipts and changes, to be stored before it is sent. */
export interface NewReceiptFrame {
  readonly number: number;
  /** Digest of its statement, which the next frame names as its predecessor. */
  readonly statementDigest: string;
  readonly bytes: Uint8Array;
  /** `delivery.seq` of its receipts. */
  readonly deliveries: readonly number[];
  /** `word.seq` of what its changes say. */
  readonly words: readonly number[];
  /** The originators of its changes. */
  readonly changed: readonly string[];
  readonly at: number;
}

/** The frames of receipts: one is under way at a time, with the same bytes until the broker has it. */
export interface ReceiptFrames {
  /** The frame that is under way. */
  pending(): { readonly number: number; readonly bytes: Uint8Array } | undefined;
  /** Stores a frame as under way; within a transaction. */
  make(frame: NewReceiptFrame): void;
  /** Deletes the frame, which the broker has stored. */
  sent(number: number): void;
  /** Stores a later word; it is sent with the next change to its originator. */
  add(word: Word): void;
  /** The originators with waiting words, counted up to `limit`, and when each last got a change (ms; 0 for never). */
  waiting(
    limit: number,
  ): readonly { readonly originator: string; readonly count: number; readonly at: number }[];
  /** The oldest waiting words for one originator. */
  words(originator: string, limit: number): readonly WaitingWord[];
}

/** Creates the frames on the tables `receipt_frame`, `delivery`, `word` and `changed`. */
export function createReceiptFrames(db: Database, facts: GatewayFacts): ReceiptFrames {
  return { ...framing(db, facts), ...saying(db) };
}

function framing(db: Database, facts: GatewayFacts): Pick<ReceiptFrames, 'pending' | 'make' | 'sent'> {
  const pending = db.prepare<[], { readonly number: number; readonly bytes: Uint8Array }>(
    'SELECT number, bytes FROM receipt_frame ORDER BY number LIMIT 1',
  );
  const add = db.prepare<[number, Uint8Array, number]>(
    'INSERT INTO receipt_frame (number, bytes, receipts) VALUES (?, ?, ?)',
  );
  const framed = db.prepare<[number]>('UPDATE delivery SET unsent = 0 WHERE seq = ?');
  const said = db.prepare<[number]>('DELETE FROM word WHERE seq = ?');
  const setChanged = db.prepare<[string, number]>(
    'INSERT INTO changed (originator, at) VALUES (?, ?) ON CONFLICT (originator) DO UPDATE SET at = excluded.at',
  );
  const sent = db.prepare<[number]>('DELETE FROM receipt_frame WHERE number = ?');
  return {
    pending: () => pending.get(),
    make: ({ number, statementDigest, bytes, deliveries, words, changed, at }) => {
      add.run(number, bytes, deliveries.length);
      for (const seq of deliveries) framed.run(seq);
      for (const seq of words) said.run(seq);
      for (const originator of changed) setChanged.run(originator, at);
      facts.set('receipt-frame', number);
      facts.set('receipt-statement', statementDigest);
    },
    sent: (number) => void sent.run(number),
  };
}

function saying(db: Database): Pick<ReceiptFrames, 'add' | 'waiting' | 'words'> {
  const add = db.prepare<[string, string, number, string, string, string | null, string | null]>(
    'INSERT INTO word (originator, frame, place, jti, type, code, before) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const addOriginator = db.prepare<[string]>('INSERT OR IGNORE INTO changed (originator, at) VALUES (?, 0)');
  const waiting = db.prepare<
    [number],
    { readonly originator: string; readonly count: number; readonly at: number }
  >(
    `SELECT originator, at, (SELECT count(*) FROM (SELECT 1 FROM word WHERE word.originator = changed.originator
       LIMIT ?)) AS count FROM changed`,
  );
  const words = db.prepare<[string, number], WaitingWord>(
    `SELECT seq, originator, frame, place, jti, type, code, before FROM word WHERE originator = ?
     ORDER BY seq LIMIT ?`,
  );
  return {
    add: ({ originator, frame, place, jti, type, code, before }) => {
      addOriginator.run(originator);
      add.run(originator, frame, place, jti, type, code, before);
    },
    waiting: (limit) => waiting.all(limit).filter(({ count }) => count > 0),
    words: (originator, limit) => words.all(originator, limit),
  };
}
