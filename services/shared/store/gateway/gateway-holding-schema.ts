/**
 * The migration for the holdings of notices of others. `registers`, `early` and `answers` are JSON that the
 * gateway reads and writes; only a notice with an action, or with a ground to keep it, has a row.
 */
export const HOLDING_MIGRATION = `
  CREATE TABLE holding (
    originator TEXT NOT NULL, id TEXT NOT NULL, registers TEXT NOT NULL, early TEXT NOT NULL, answers TEXT NOT NULL,
    keep TEXT, version INTEGER NOT NULL, forget INTEGER NOT NULL, PRIMARY KEY (originator, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX holding_forget ON holding (forget);

  -- Not shown until this time; a kept copy has ended, and is not shown at all.
  ALTER TABLE inbox ADD COLUMN hidden_until INTEGER;
  ALTER TABLE inbox ADD COLUMN kept INTEGER NOT NULL DEFAULT 0;
  -- What changed last, as local systems hear of it, with its details as JSON.
  ALTER TABLE inbox ADD COLUMN change TEXT NOT NULL DEFAULT 'notice';
  ALTER TABLE inbox ADD COLUMN detail TEXT NOT NULL DEFAULT '{}';
  -- When the originator reviews it, and when local systems are warned next.
  ALTER TABLE inbox ADD COLUMN review_at INTEGER;
  ALTER TABLE inbox ADD COLUMN warn_at INTEGER;
  CREATE INDEX inbox_hidden ON inbox (hidden_until) WHERE hidden_until IS NOT NULL;
  CREATE INDEX inbox_warn ON inbox (warn_at) WHERE warn_at IS NOT NULL;
  DROP INDEX inbox_exp;
  CREATE INDEX inbox_exp ON inbox (exp) WHERE kept = 0;

  -- Events without content for clients that follow the inbox: numbered in its sequence, kept for 30 days.
  CREATE TABLE inbox_event (
    seq INTEGER PRIMARY KEY, name TEXT NOT NULL, originator TEXT NOT NULL, id TEXT NOT NULL, number INTEGER NOT NULL,
    detail TEXT NOT NULL, at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX inbox_event_at ON inbox_event (at);
  INSERT INTO inbox_event (seq, name, originator, id, number, detail, at)
    SELECT seq, 'ended', originator, id, number, '{"reason":"expired"}', at FROM ending;
  DROP TABLE ending;
`;

/** The migration for status lists: where a held notice is in them. */
export const STATUS_MIGRATION = `
  CREATE TABLE status_place (
    originator TEXT NOT NULL, id TEXT NOT NULL, list INTEGER NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (originator, id)
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX status_place_list ON status_place (list, place);
`;

/** The migration for the proof of a copy that actions changed. Both columns are erased with the copy. */
export const HELD_PROOF_MIGRATION = `
  -- What proves the actions that decide what is held, as JSON.
  ALTER TABLE holding ADD COLUMN actions TEXT NOT NULL DEFAULT '[]';
  -- Digest of the disclosures as they were delivered.
  ALTER TABLE inbox ADD COLUMN delivered TEXT NOT NULL DEFAULT '';
  UPDATE inbox SET delivered = disclosed;
`;

/** The migration for what was delivered about each notice of others, and answered; the rows go with their delivery. */
export const DELIVERED_MIGRATION = `
  CREATE TABLE delivered (
    originator TEXT NOT NULL, id TEXT NOT NULL, delivery INTEGER NOT NULL, PRIMARY KEY (originator, id, delivery)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX delivered_in ON delivered (delivery);
  INSERT INTO delivered SELECT originator, id, delivery FROM inbox;
`;
