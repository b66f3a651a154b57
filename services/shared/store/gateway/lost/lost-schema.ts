import { countedBy } from '../counter-triggers.js';

/** Puts the table `own_next` in the place of `own`, with its indexes and counters but those of lost revisions. */
export const REPLACE_OWN = `
  DROP TABLE own;
  ALTER TABLE own_next RENAME TO own;
  CREATE INDEX own_frame ON own (frame) WHERE frame IS NOT NULL;
  CREATE INDEX own_kept ON own (exp) WHERE sd_jwt IS NOT NULL;
  CREATE INDEX own_erased ON own (exp) WHERE sd_jwt IS NULL;
  CREATE INDEX own_unframed ON own (seq) WHERE frame IS NULL AND state IN ('queued', 'routed');
  CREATE INDEX own_open ON own (at) WHERE state IN ('queued', 'routed');
  CREATE INDEX own_state ON own (state);
  CREATE INDEX own_kind ON own (kind);
  CREATE INDEX own_open_frame ON own (frame) WHERE state IN ('queued', 'routed');
  CREATE INDEX own_amended ON own (id) WHERE revision > 1 AND sd_jwt IS NOT NULL;
  CREATE INDEX own_warn ON own (warn_at) WHERE warn_at IS NOT NULL;
  ${countedBy('own', "$.state = 'queued'", 'queued')}
  ${countedBy('own', "$.state = 'disputed'", 'disputed')}
`;

/** The migration for own revisions that the ledger has and this database lost, and their recipients. */
export const LOST_MIGRATION = `
  -- A new state of own notices, 'lost', in the condition of the column.
  CREATE TABLE own_next (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL, revision INTEGER NOT NULL, number INTEGER NOT NULL,
    kind TEXT NOT NULL, digest TEXT NOT NULL, exp INTEGER NOT NULL, at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'routed', 'settled', 'refused', 'ended', 'disputed', 'lost')),
    code TEXT, header TEXT, sd_jwt TEXT,
    frame INTEGER, addressed INTEGER, warn_at INTEGER,
    UNIQUE (id, revision)
  ) STRICT;
  INSERT INTO own_next SELECT seq, id, revision, number, kind, digest, exp, at, state, code, header, sd_jwt,
    frame, addressed, warn_at FROM own;
  ${REPLACE_OWN}
  CREATE INDEX own_lost ON own (exp) WHERE state = 'lost';
  INSERT INTO counter VALUES ('lost', 0);
  ${countedBy('own', "$.state = 'lost'", 'lost')}
  -- The recipients that the ledger names for a lost revision.
  CREATE TABLE lost_holder (own INTEGER NOT NULL, org TEXT NOT NULL, PRIMARY KEY (own, org)) STRICT, WITHOUT ROWID;
`;

/** The migration that marks the lost revisions whose notice has no stored end yet, so that a sweep reads no others. */
export const LOST_OPEN_MIGRATION = `
  ALTER TABLE own ADD COLUMN lost_open INTEGER;
  UPDATE own SET lost_open = 1 WHERE state = 'lost' AND id NOT IN (SELECT id FROM own_end);
  DROP INDEX own_lost;
  CREATE INDEX own_lost ON own (exp) WHERE lost_open = 1;
`;

/** The migration that counts the recipients of lost revisions. */
export const LOST_HOLDERS_MIGRATION = `
  INSERT INTO counter SELECT 'lost_holder', count(*) FROM lost_holder;
  ${countedBy('lost_holder', 'true', 'lost_holder')}
`;
