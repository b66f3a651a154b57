import { countedBy } from '../counter-triggers.js';
import { REPLACE_OWN } from '../lost/lost-schema.js';

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
  ${REPLACE_OWN}
  CREATE INDEX own_lost ON own (exp) WHERE lost_open = 1;
  ${countedBy('own', "$.state = 'lost'", 'lost')}
`;

/** The migration for own notices that use break-glass: its reason, and the id of the key that approved it. */
export const BREAK_GLASS_MIGRATION = `
  ALTER TABLE own ADD COLUMN break_glass TEXT;
  ALTER TABLE own ADD COLUMN break_glass_kid TEXT;
  CREATE INDEX own_break_glass ON own (seq) WHERE break_glass IS NOT NULL;
`;
