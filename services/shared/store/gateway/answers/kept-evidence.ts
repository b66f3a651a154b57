import type { Database } from '../../sqlite.js';

/** Signed statements that contradict each other, kept for people: never a notice, nor a part of one. */
export interface KeptEvidence {
  /**
   * `contradiction`: a delivery that is not what its records say. `dispute`: a receipt for another delivery than promised.
   * Of the ledger's log a checkpoint beside the one that was cosigned. `fork`: of the same size, with another root;
   * `rollback`: smaller, beside a newer heartbeat; `unproved`: not proved to follow from it. `missing`: a record that is not on
   * that log.
   */
  readonly what: 'contradiction' | 'dispute' | 'fork' | 'rollback' | 'unproved' | 'missing';
  /**
   * Of a contradiction or a missing record the originator, or `hub` for a delivery of a recall; of a dispute the recipient; of
   * checkpoints `hub`.
   */
  readonly org: string;
  /** The id of the frame; empty for checkpoints. */
  readonly frame: string;
  /** Digest of the statement that contradicts, or of the missing record; the same one is kept once. */
  readonly digest: string;
  /**
   * A delivery frame without notices and actions, or a frame of one receipt with the delivery statement beside it, empty
   * unless the hub signed it. For checkpoints the JSON `{cosigned, shown}`, each `{note, heartbeat}`; for a missing record the
   * JSON `{statement, record}`, the signed claim and the statement of the record.
   */
  readonly bytes: Uint8Array;
  readonly at: number;
}

/** The kept evidence; writes belong into a transaction. */
export interface EvidenceStore {
  keep(evidence: KeptEvidence): void;
  /** Oldest first. */
  list(): readonly EvidenceAbout[];
  byDigest(digest: string): KeptEvidence | undefined;
  /** The disputes about a frame, oldest first. */
  disputesOn(frame: string): readonly KeptEvidence[];
}

/** Kept evidence without its statements. */
export type EvidenceAbout = Omit<KeptEvidence, 'bytes'>;

/**
 * Maximum contradictions, missing records, pairs of checkpoints of each kind, and disputes with each recipient: a signer that
 * contradicts itself without end must not fill the disk, nor push out what is kept against another one.
 */
const MAX_EVIDENCE = 100;

/** Creates the store on the table `evidence`. */
export function createEvidence(db: Database): EvidenceStore {
  const add = db.prepare<[string, string, string, string, Uint8Array, number]>(
    'INSERT OR IGNORE INTO evidence (what, org, frame, digest, bytes, at) VALUES (?, ?, ?, ?, ?, ?)',
  );
  // Every contradiction and missing record accuses the hub, whichever originator it names.
  // Claims about records that are still missing push out those about records that the hub proved later. Of the former the
  // oldest stay, of everything else the newest.
  const trim = db.prepare<[string, string, number]>(
    `DELETE FROM evidence WHERE seq IN (SELECT evidence.seq FROM evidence
       LEFT JOIN log_proof ON log_proof.digest = evidence.digest AND missing = 1
       WHERE what = ?1 AND (what <> 'dispute' OR org = ?2)
       ORDER BY missing IS NULL, iif(missing, evidence.seq, -evidence.seq) LIMIT -1 OFFSET ?3)`,
  );
  const list = db.prepare<[], EvidenceAbout>(
    'SELECT what, org, frame, digest, at FROM evidence ORDER BY seq',
  );
  const byDigest = db.prepare<[string], KeptEvidence>(
    'SELECT what, org, frame, digest, bytes, at FROM evidence WHERE digest = ?',
  );
  const disputes = db.prepare<[string], KeptEvidence>(
    `SELECT what, org, frame, digest, bytes, at FROM evidence WHERE what = 'dispute' AND frame = ? ORDER BY seq`,
  );
  return {
    keep: ({ what, org, frame, digest, bytes, at }) => {
      const { changes } = add.run(what, org, frame, digest, bytes, at);
      if (changes > 0) trim.run(what, org, MAX_EVIDENCE);
    },
    list: () => list.all(),
    byDigest: (digest) => byDigest.get(digest),
    disputesOn: (frame) => disputes.all(frame),
  };
}
