import type { Database } from '../../sqlite.js';

/** Signed statements that contradict each other, and claims about what is owed, kept for people: never a notice, nor a part of one. */
export interface KeptEvidence {
  /**
   * `contradiction`: a delivery that is not what its records say. `dispute`: a receipt for another delivery than promised.
   * Of the ledger's log a checkpoint beside the one that was cosigned. `fork`: of the same size, with another root;
   * `rollback`: smaller, beside a newer heartbeat; `unproved`: not proved to follow from it; `begun`: of the next life, by an
   * order of two persons. `missing`: a record, or the one about a directory, that is not on that log. `receipt` and `answer`: what
   * a recipient had not signed by its deadline. `directory-fork`: two directories of which the root may sign only one.
   */
  readonly what:
    | 'contradiction'
    | 'fork'
    | 'rollback'
    | 'unproved'
    | 'begun'
    | 'missing'
    | 'directory-fork'
    | AboutRecipient;
  /**
   * Of a contradiction or a missing record the originator, or `hub` for a delivery of a recall; of a dispute, receipt or
   * answer the recipient; of checkpoints and directories `hub`.
   */
  readonly org: string;
  /** The id of the frame; empty for checkpoints and directories. */
  readonly frame: string;
  /**
   * Digest of the statement that contradicts, of the missing record, of both checkpoints, of the order that began a life, of
   * a directory, or of what names the receipt or answer; the same one is kept once.
   */
  readonly digest: string;
  /**
   * A delivery frame without notices and actions, or a frame of one receipt with the delivery statement beside it, empty
   * unless the hub signed it. For checkpoints the JSON `{cosigned, shown}`, each `{note, heartbeat}`, and of the next life the
   * records `proposal` and `record` of the order in base64; for a claim the JSON `{statement, record}`, the signed claim and the
   * statement of the record. For directories the JSON `{directories}`, of each what `showDirectory` shows without a member.
   */
  readonly bytes: Uint8Array;
  readonly at: number;
}

type AboutRecipient = 'dispute' | 'receipt' | 'answer';

/** The kept evidence; writes belong into a transaction. */
export interface EvidenceStore {
  keep(evidence: KeptEvidence): void;
  /** Oldest first. */
  list(): readonly EvidenceAbout[];
  byDigest(digest: string): KeptEvidence | undefined;
  drop(digest: string): void;
  /** True if the claims that this organisation owes a receipt, or an answer, fill their share, and it still owes each. */
  isFull(what: 'receipt' | 'answer', org: string): boolean;
  /** The disputes about a frame, oldest first. */
  disputesOn(frame: string): readonly KeptEvidence[];
}

/** Kept evidence without its statements. */
export type EvidenceAbout = Omit<KeptEvidence, 'bytes'>;

/**
 * Maximum pieces of evidence of each kind; of disputes, and of claims about receipts and answers, for each recipient: a signer
 * that contradicts itself without end must not fill the disk, nor push out what is kept against another one.
 */
const MAX_EVIDENCE = 100;

/** True for a claim about a recipient that has signed no receipt for the frame, while the frame is remembered. */
const UNANSWERED = `EXISTS (SELECT 1 FROM frame WHERE frame.id = evidence.frame AND NOT EXISTS
  (SELECT 1 FROM receipt WHERE receipt.frame = frame.number AND receipt.org = evidence.org))`;

/** Creates the store on the table `evidence`. */
export function createEvidence(db: Database): EvidenceStore {
  const add = db.prepare<[string, string, string, string, Uint8Array, number]>(
    'INSERT OR IGNORE INTO evidence (what, org, frame, digest, bytes, at) VALUES (?, ?, ?, ?, ?, ?)',
  );
  // Every contradiction and missing record accuses the hub, whichever originator it names.
  // Claims about what is still owed push out those about what came later. Of the former the oldest stay, of everything else the
  // newest.
  const trim = db.prepare<[string, string, number]>(
    `DELETE FROM evidence WHERE seq IN (SELECT seq FROM
       (SELECT evidence.seq, missing IS NOT NULL OR (what IN ('receipt', 'answer') AND ${UNANSWERED}) AS owed FROM evidence
         LEFT JOIN log_proof ON log_proof.digest = evidence.digest AND missing = 1
         WHERE what = ?1 AND (what NOT IN ('dispute', 'receipt', 'answer') OR org = ?2))
       ORDER BY NOT owed, iif(owed, seq, -seq) LIMIT -1 OFFSET ?3)`,
  );
  const unanswered = db.prepare<[string, string], { readonly count: number }>(
    `SELECT count(*) AS count FROM evidence WHERE what = ? AND org = ? AND ${UNANSWERED}`,
  );
  const list = db.prepare<[], EvidenceAbout>(
    'SELECT what, org, frame, digest, at FROM evidence ORDER BY seq',
  );
  const byDigest = db.prepare<[string], KeptEvidence>(
    'SELECT what, org, frame, digest, bytes, at FROM evidence WHERE digest = ?',
  );
  const drop = db.prepare<[string]>('DELETE FROM evidence WHERE digest = ?');
  const disputes = db.prepare<[string], KeptEvidence>(
    `SELECT what, org, frame, digest, bytes, at FROM evidence WHERE what = 'dispute' AND frame = ? ORDER BY seq`,
  );
  return {
    keep: ({ what, org, frame, digest, bytes, at }) => {
      const { changes } = add.run(what, org, frame, digest, bytes, at);
      if (changes > 0) trim.run(what, org, MAX_EVIDENCE);
    },
    isFull: (what, org) => (unanswered.get(what, org)?.count ?? 0) >= MAX_EVIDENCE,
    list: () => list.all(),
    drop: (digest) => void drop.run(digest),
    byDigest: (digest) => byDigest.get(digest),
    disputesOn: (frame) => disputes.all(frame),
  };
}
