import { countedBy } from '../counter-triggers.js';

/**
 * The migration after which a receipt speaks for a whole delivery: a row for each delivery and recipient, and
 * rows for what it lists. An older home has another contract and is refused, so nothing is carried over from
 * tables whose meaning changes.
 */
export const RECEIPTS_MIGRATION = `
  DROP TABLE receipt;
  DROP TABLE receipt_set;
  -- What a report and its narrowings leave to one recipient; deleted when its receipt arrives. records: the digests of the
  -- records, in order; notices: own.seq of what they leave, a JSON list in the order of the delivery.
  CREATE TABLE promise (
    frame INTEGER NOT NULL, org TEXT NOT NULL, records TEXT NOT NULL, root TEXT NOT NULL, notices TEXT NOT NULL,
    PRIMARY KEY (frame, org, records)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE receipt (
    seq INTEGER PRIMARY KEY, frame INTEGER NOT NULL, org TEXT NOT NULL, records TEXT NOT NULL, root TEXT NOT NULL,
    notices TEXT NOT NULL, jws TEXT NOT NULL, at INTEGER NOT NULL, kid TEXT NOT NULL, UNIQUE (frame, org, records)
  ) STRICT;
  -- What a receipt lists, because it is not simply held as delivered. place: the index in the delivery.
  CREATE TABLE exception (
    receipt INTEGER NOT NULL, place INTEGER NOT NULL, type TEXT NOT NULL, code TEXT, PRIMARY KEY (receipt, place)
  ) STRICT, WITHOUT ROWID;
  -- Later words of recipients, and what each says of the deliveries that it is about: a JSON list of [place, type, code].
  CREATE TABLE change (
    seq INTEGER PRIMARY KEY, org TEXT NOT NULL, jws TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, kid TEXT NOT NULL
  ) STRICT;
  CREATE TABLE change_word (
    receipt INTEGER NOT NULL, change INTEGER NOT NULL, words TEXT NOT NULL, PRIMARY KEY (receipt, change)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX change_word_change ON change_word (change);
  -- Pairs that a recipient answered otherwise than the report promises.
  CREATE TABLE disputed (
    own INTEGER NOT NULL, org TEXT NOT NULL, type TEXT NOT NULL, at INTEGER NOT NULL, kid TEXT NOT NULL,
    PRIMARY KEY (own, org)
  ) STRICT, WITHOUT ROWID;
  -- Signed statements that contradict each other, without any notice; only the newest are kept.
  CREATE TABLE evidence (
    seq INTEGER PRIMARY KEY, what TEXT NOT NULL, org TEXT NOT NULL, frame TEXT NOT NULL, digest TEXT NOT NULL UNIQUE,
    bytes BLOB NOT NULL, at INTEGER NOT NULL
  ) STRICT;

  ALTER TABLE frame ADD COLUMN report_digest TEXT;
  CREATE INDEX frame_report ON frame (report_digest) WHERE report_digest IS NOT NULL;
  ALTER TABLE narrowing ADD COLUMN digest TEXT;
  ALTER TABLE narrowing ADD COLUMN arrived INTEGER NOT NULL DEFAULT 0;
  DROP INDEX narrowing_frame;
  CREATE INDEX narrowing_frame ON narrowing (frame, arrived);
  CREATE INDEX narrowing_digest ON narrowing (digest) WHERE digest IS NOT NULL;

  -- statement: the router's; proofs: a delivery frame with nothing but the proofs of its records and its seed; leaves: the
  -- leaf hashes of its notices. Together they prove each notice of it.
  DELETE FROM inbox;
  DROP TABLE delivery;
  CREATE TABLE delivery (
    seq INTEGER PRIMARY KEY, originator TEXT NOT NULL, frame TEXT NOT NULL, records TEXT NOT NULL, root TEXT NOT NULL,
    statement TEXT NOT NULL, proofs BLOB NOT NULL, leaves BLOB NOT NULL, receipt TEXT NOT NULL, unsent INTEGER NOT NULL,
    forget INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX delivery_frame ON delivery (originator, frame);
  CREATE INDEX delivery_unsent ON delivery (seq) WHERE unsent = 1;
  CREATE INDEX delivery_forget ON delivery (forget);
  -- The frame of receipts that is under way: stored before it is sent, so that a retry has the same bytes.
  CREATE TABLE receipt_frame (
    number INTEGER PRIMARY KEY, bytes BLOB NOT NULL, receipts INTEGER NOT NULL
  ) STRICT;
  -- Later words about held notices that are not signed yet, and when the last ones of an originator were.
  CREATE TABLE word (
    seq INTEGER PRIMARY KEY, originator TEXT NOT NULL, frame TEXT NOT NULL, place INTEGER NOT NULL, jti TEXT NOT NULL,
    type TEXT NOT NULL, code TEXT, before TEXT
  ) STRICT;
  CREATE INDEX word_originator ON word (originator, seq);
  CREATE TABLE changed (originator TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;

  -- A new state of own notices, 'disputed', in the condition of the column.
  CREATE TABLE own_next (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL, revision INTEGER NOT NULL, number INTEGER NOT NULL,
    kind TEXT NOT NULL, digest TEXT NOT NULL, exp INTEGER NOT NULL, at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'routed', 'settled', 'refused', 'ended', 'disputed')),
    code TEXT, header TEXT, sd_jwt TEXT,
    frame INTEGER, addressed INTEGER,
    UNIQUE (id, revision)
  ) STRICT;
  INSERT INTO own_next SELECT * FROM own;
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
  UPDATE counter SET value = 0 WHERE name IN ('unsent', 'inbox');
  INSERT INTO counter VALUES ('disputed', 0);
  ${countedBy('own', "$.state = 'queued'", 'queued')}
  ${countedBy('own', "$.state = 'disputed'", 'disputed')}
  ${countedBy('delivery', '$.unsent = 1', 'unsent')}
`;
