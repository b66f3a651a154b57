/**
 * The migration for the proofs that records are on the ledger's log. A row belongs to an own frame or to a delivery, and is
 * deleted with it. Many proofs share the note of one checkpoint.
 */
export const LOG_PROOFS_MIGRATION = `
  CREATE TABLE log_note (seq INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT;
  -- digest: of the record's statement; at: when the record arrived; due: when the hub is asked about it next, NULL once it
  -- is proved; missing: 1 from the alarm until it is proved, 2 if it was lost with an earlier life of the log. place, path: its
  -- index and the hashes, of 32 bytes each.
  CREATE TABLE log_proof (
    seq INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE, frame INTEGER, delivery INTEGER, at INTEGER NOT NULL,
    due INTEGER, missing INTEGER NOT NULL DEFAULT 0, place INTEGER, path BLOB, note INTEGER
  ) STRICT;
  CREATE INDEX log_proof_due ON log_proof (due) WHERE due IS NOT NULL;
  CREATE INDEX log_proof_missing ON log_proof (missing) WHERE missing = 1;
  CREATE INDEX log_proof_frame ON log_proof (frame) WHERE frame IS NOT NULL;
  CREATE INDEX log_proof_delivery ON log_proof (delivery) WHERE delivery IS NOT NULL;
  CREATE INDEX log_proof_note ON log_proof (note) WHERE note IS NOT NULL;
`;
