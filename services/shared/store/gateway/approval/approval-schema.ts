import { countedBy } from '../counter-triggers.js';

/** The migration for own notices that a second person must approve before they leave. */
export const APPROVAL_MIGRATION = `
  -- A new state of own notices, 'awaiting-approval', in the condition of the column.
  CREATE TABLE own_next (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL, revision INTEGER NOT NULL, number INTEGER NOT NULL,
    kind TEXT NOT NULL, digest TEXT NOT NULL, exp INTEGER NOT NULL, at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN
      ('awaiting-approval', 'queued', 'routed', 'settled', 'refused', 'ended', 'disputed', 'lost')),
    code TEXT, header TEXT, sd_jwt TEXT,
    frame INTEGER, addressed INTEGER, warn_at INTEGER, lost_open INTEGER,
    UNIQUE (id, revision)
  ) STRICT;
  INSERT INTO own_next SELECT seq, id, revision, number, kind, digest, exp, at, state, code, header, sd_jwt,
    frame, addressed, warn_at, lost_open FROM own;
  DROP TABLE own;
  ALTER TABLE own_next RENAME TO own;
  CREATE INDEX own_frame ON own (frame) WHERE frame IS NOT NULL;
  CREATE INDEX own_kept ON own (exp) WHERE sd_jwt IS NOT NULL;
  CREATE INDEX own_erased ON own (exp) WHERE sd_jwt IS NULL;
  CREATE INDEX own_lost ON own (exp) WHERE lost_open = 1;
  CREATE INDEX own_unframed ON own (seq) WHERE frame IS NULL AND state IN ('queued', 'routed');
  CREATE INDEX own_open ON own (at) WHERE state IN ('queued', 'routed');
  CREATE INDEX own_state ON own (state);
  CREATE INDEX own_kind ON own (kind);
  CREATE INDEX own_open_frame ON own (frame) WHERE state IN ('queued', 'routed');
  CREATE INDEX own_amended ON own (id) WHERE revision > 1 AND sd_jwt IS NOT NULL;
  CREATE INDEX own_warn ON own (warn_at) WHERE warn_at IS NOT NULL;
  ${countedBy('own', "$.state = 'queued'", 'queued')}
  ${countedBy('own', "$.state = 'disputed'", 'disputed')}
  ${countedBy('own', "$.state = 'lost'", 'lost')}
`;
