import type { Database } from '../../sqlite.js';

/** A frame that an own notice, or an action on it, is or was in. */
export interface EvidenceFrame {
  readonly number: number;
  readonly id: string;
  /** The statement of the submission. */
  readonly statement: string;
}

/** A receipt for an own frame. */
export interface FrameReceipt {
  readonly seq: number;
  readonly org: string;
  /** Digests of the records that it names of the frame, joined by commas. */
  readonly records: string;
  /** `own.seq` of its notices as JSON, in the order of the delivery. */
  readonly notices: string;
  readonly jws: string;
}

/** A later word about a receipt for an own frame. */
export interface FrameChange {
  readonly org: string;
  readonly jws: string;
  /** As in `FrameReceipt`. */
  readonly notices: string;
  /** A JSON list of [place, type, code]. */
  readonly words: string;
}

/** What the hub delivered of or about a notice of another organisation, and this gateway's receipt. */
export interface DeliveredAbout {
  /** The frame whose delivery it is. */
  readonly frame: string;
  readonly statement: string;
  readonly receipt: string;
  /** As in `NewDelivery`. */
  readonly proofs: Uint8Array;
  readonly leaves: Uint8Array;
}

/** What a gateway holds as evidence about notices. */
export interface EvidenceRows {
  /** Every delivery that brought the notice or an action on it, oldest first, also after it has ended. */
  deliveredAbout(originator: string, id: string): readonly DeliveredAbout[];
  /** Oldest first. */
  framesOf(id: string): readonly EvidenceFrame[];
  /** In the order of their arrival. */
  receiptsOn(frame: number): readonly FrameReceipt[];
  changesOn(frame: number): readonly FrameChange[];
  /** As in `NewDelivery`; undefined for an unknown delivery. */
  proofsOf(delivery: number): Uint8Array | undefined;
}

/** Creates the reader on the tables of frames, receipts and deliveries. */
export function createEvidenceRows(db: Database): EvidenceRows {
  const frames = db.prepare<[string], EvidenceFrame>(
    `WITH inside (number) AS (
       SELECT frame FROM own WHERE id = ?1 AND frame IS NOT NULL
       UNION ALL SELECT reframed.frame FROM own JOIN reframed ON reframed.own = own.seq WHERE own.id = ?1
       UNION ALL SELECT frame FROM own_item WHERE id = ?1 AND originator = '' AND frame IS NOT NULL
       UNION ALL SELECT item_reframed.frame FROM own_item JOIN item_reframed ON item_reframed.item = own_item.seq
         WHERE own_item.id = ?1 AND own_item.originator = '')
     SELECT frame.number, frame.id, frame.statement FROM inside JOIN frame ON frame.number = inside.number`,
  );
  const receipts = db.prepare<[number], FrameReceipt>(
    'SELECT seq, org, records, notices, jws FROM receipt WHERE frame = ?',
  );
  const changes = db.prepare<[number], FrameChange>(
    `SELECT change.org, change.jws, receipt.notices, words FROM receipt
     JOIN change_word ON change_word.receipt = receipt.seq JOIN change ON change.seq = change_word.change
     WHERE receipt.frame = ?`,
  );
  const proofs = db.prepare<[number], { readonly proofs: Uint8Array }>(
    'SELECT proofs FROM delivery WHERE seq = ?',
  );
  const delivered = db.prepare<[string, string], DeliveredAbout>(
    `SELECT frame, statement, receipt, proofs, leaves FROM delivered JOIN delivery ON delivery.seq = delivered.delivery
     WHERE delivered.originator = ? AND delivered.id = ? ORDER BY delivered.delivery`,
  );
  return {
    deliveredAbout: (originator, id) => delivered.all(originator, id),
    framesOf: (id) => {
      const byNumber = new Map(frames.all(id).map((frame) => [frame.number, frame]));
      return [...byNumber.values()].toSorted((a, b) => a.number - b.number);
    },
    receiptsOn: (frame) => receipts.all(frame).toSorted((a, b) => a.seq - b.seq),
    changesOn: (frame) => changes.all(frame),
    proofsOf: (delivery) => proofs.get(delivery)?.proofs,
  };
}
