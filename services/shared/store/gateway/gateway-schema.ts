import { countedBy } from './counter-triggers.js';
import {
  DELIVERED_MIGRATION,
  HELD_PROOF_MIGRATION,
  HOLDING_MIGRATION,
  STATUS_MIGRATION,
} from './gateway-holding-schema.js';
import { APPROVAL_MIGRATION, BREAK_GLASS_MIGRATION } from './approval/approval-schema.js';
import { RECEIPTS_MIGRATION } from './answers/answers-schema.js';
import { LOG_PROOFS_MIGRATION } from './log/log-proofs-schema.js';
import { LOST_HOLDERS_MIGRATION, LOST_MIGRATION, LOST_OPEN_MIGRATION } from './lost/lost-schema.js';

/**
 * The migrations of a gateway's database; each entry is one version. Times are milliseconds and `exp` seconds since the
 * epoch. A withheld section cannot be in it, because only delivered bytes are stored.
 */
export const GATEWAY_MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE fact (name TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;

  -- Own notices. header and sd_jwt are NULL once the notice has ended; the row is kept until exp + 30 days.
  CREATE TABLE own (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL, revision INTEGER NOT NULL, number INTEGER NOT NULL,
    kind TEXT NOT NULL, digest TEXT NOT NULL, exp INTEGER NOT NULL, at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'routed', 'settled', 'refused', 'ended')),
    code TEXT, header TEXT, sd_jwt TEXT,
    frame INTEGER,
    UNIQUE (id, revision)
  ) STRICT;
  CREATE INDEX own_queued ON own (seq, frame) WHERE state = 'queued';
  CREATE INDEX own_frame ON own (frame) WHERE frame IS NOT NULL;
  CREATE INDEX own_exp ON own (exp);

  -- A submission is its statement and the exact texts of its notices, in order of own.seq.
  CREATE TABLE frame (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, statement TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('made', 'sent', 'settled')),
    report BLOB, tries INTEGER NOT NULL DEFAULT 0, due INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX frame_made ON frame (number) WHERE state = 'made';
  CREATE INDEX frame_due ON frame (due) WHERE state = 'sent';
  CREATE TABLE narrowing (id TEXT PRIMARY KEY, frame INTEGER NOT NULL, record BLOB NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX narrowing_frame ON narrowing (frame);
  CREATE TABLE narrowed (own INTEGER NOT NULL, org TEXT NOT NULL, PRIMARY KEY (own, org)) STRICT, WITHOUT ROWID;

  -- Pairs that the signed report promises and no receipt has settled.
  CREATE TABLE waiting (
    own INTEGER NOT NULL, org TEXT NOT NULL, status TEXT, PRIMARY KEY (own, org)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE receipt_set (seq INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
  CREATE TABLE receipt (
    own INTEGER NOT NULL, org TEXT NOT NULL, type TEXT NOT NULL, code TEXT, at INTEGER NOT NULL, kid TEXT NOT NULL,
    receipt_set INTEGER NOT NULL, leaf INTEGER NOT NULL, PRIMARY KEY (own, org)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE idempotency (
    caller TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL, own INTEGER NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (caller, key)
  ) STRICT, WITHOUT ROWID;

  -- Delivery statements with the receipt for them: the same delivery again gets the same receipt.
  CREATE TABLE delivery (
    seq INTEGER PRIMARY KEY, originator TEXT NOT NULL, frame TEXT NOT NULL,
    bytes BLOB NOT NULL, receipt BLOB NOT NULL, unsent INTEGER NOT NULL, forget INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX delivery_frame ON delivery (originator, frame);
  CREATE INDEX delivery_unsent ON delivery (seq) WHERE unsent = 1;
  CREATE INDEX delivery_forget ON delivery (forget);

  CREATE TABLE inbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    originator TEXT NOT NULL, id TEXT NOT NULL, number INTEGER NOT NULL,
    kind TEXT NOT NULL, exp INTEGER NOT NULL, at INTEGER NOT NULL,
    delivery INTEGER NOT NULL, leaf INTEGER NOT NULL, disclosed TEXT NOT NULL, sd_jwt TEXT NOT NULL,
    UNIQUE (originator, id)
  ) STRICT;
  CREATE INDEX inbox_exp ON inbox (exp);

  -- What is remembered of a notice after its content is erased: nothing ended comes back (docs/architecture.md#rule-5).
  CREATE TABLE known (
    originator TEXT NOT NULL, id TEXT NOT NULL, number INTEGER NOT NULL, digest TEXT NOT NULL,
    ended TEXT, forget INTEGER NOT NULL, PRIMARY KEY (originator, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX known_forget ON known (forget);

  CREATE TABLE rejected_frame (
    seq INTEGER PRIMARY KEY, frame TEXT, class TEXT NOT NULL, code TEXT NOT NULL, at INTEGER NOT NULL
  ) STRICT;

  -- Filled behind the traffic, by whoever searches; secure-delete, so that erased words are in no segment.
  CREATE VIRTUAL TABLE own_text USING fts5 (text, tokenize = 'unicode61 remove_diacritics 2');
  INSERT INTO own_text (own_text, rank) VALUES ('secure-delete', 1);
  CREATE VIRTUAL TABLE inbox_text USING fts5 (text, tokenize = 'unicode61 remove_diacritics 2');
  INSERT INTO inbox_text (inbox_text, rank) VALUES ('secure-delete', 1);
  `,
  // Lists the newest notices of one originator or kind without a sort or a scan of the inbox.
  `
  CREATE INDEX inbox_originator ON inbox (originator);
  CREATE INDEX inbox_kind ON inbox (kind);
  `,
  // The number of listed addressees; NULL for a notice to every organisation.
  'ALTER TABLE own ADD COLUMN addressed INTEGER;',
  // Builds the text index again, in the background: a combining mark belongs to the word of its letter.
  `
  DROP TABLE own_text;
  CREATE VIRTUAL TABLE own_text USING fts5 (text, tokenize = "unicode61 remove_diacritics 2 categories 'L* N* M* Co'");
  INSERT INTO own_text (own_text, rank) VALUES ('secure-delete', 1);
  DROP TABLE inbox_text;
  CREATE VIRTUAL TABLE inbox_text USING fts5 (text, tokenize = "unicode61 remove_diacritics 2 categories 'L* N* M* Co'");
  INSERT INTO inbox_text (inbox_text, rank) VALUES ('secure-delete', 1);
  DELETE FROM fact WHERE name IN ('own-text', 'inbox-text');
  `,
  // The ended notices of the inbox, for clients that follow it: numbered in its sequence, kept for 30 days.
  `
  CREATE TABLE ending (
    seq INTEGER PRIMARY KEY, originator TEXT NOT NULL, id TEXT NOT NULL, number INTEGER NOT NULL,
    at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX ending_at ON ending (at);
  `,
  // Indexes and counters for everything that the gateway reads repeatedly, so that no such read grows with the number of
  // notices.
  `
  DROP INDEX own_exp;
  CREATE INDEX own_kept ON own (exp) WHERE sd_jwt IS NOT NULL;
  CREATE INDEX own_erased ON own (exp) WHERE sd_jwt IS NULL;
  DROP INDEX own_queued;
  CREATE INDEX own_unframed ON own (seq) WHERE frame IS NULL AND state IN ('queued', 'routed');
  CREATE INDEX own_open ON own (at) WHERE state IN ('queued', 'routed');
  CREATE INDEX own_state ON own (state);
  CREATE INDEX own_kind ON own (kind);
  CREATE INDEX idempotency_at ON idempotency (at);
  CREATE INDEX receipt_by_set ON receipt (receipt_set);

  -- The earlier frames of notices that were put into another one, because a notice beside them was erased.
  CREATE TABLE reframed (frame INTEGER NOT NULL, own INTEGER NOT NULL, PRIMARY KEY (frame, own)) STRICT, WITHOUT ROWID;
  CREATE INDEX reframed_own ON reframed (own);

  CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  INSERT INTO counter VALUES
    ('queued', (SELECT count(*) FROM own WHERE state = 'queued')), ('awaited', (SELECT count(*) FROM waiting)),
    ('parked', (SELECT count(*) FROM waiting WHERE status = 'parked')),
    ('unsent', (SELECT count(*) FROM delivery WHERE unsent = 1)), ('inbox', (SELECT count(*) FROM inbox));
  ${countedBy('own', "$.state = 'queued'", 'queued')}
  ${countedBy('waiting', 'true', 'awaited')}
  ${countedBy('waiting', "$.status IS 'parked'", 'parked')}
  ${countedBy('delivery', '$.unsent = 1', 'unsent')}
  ${countedBy('inbox', 'true', 'inbox')}
  `,
  // Rebuilds the text index of own notices in the background, with separate columns for header and sections.
  `
  DROP TABLE own_text;
  CREATE VIRTUAL TABLE own_text USING fts5 (
    header, sections, tokenize = "unicode61 remove_diacritics 2 categories 'L* N* M* Co'"
  );
  INSERT INTO own_text (own_text, rank) VALUES ('secure-delete', 1);
  DELETE FROM fact WHERE name = 'own-text';
  `,
  // Marks frames that wait for late recipients, which are asked about together; indexes the oldest waiting pair of each
  // recipient.
  `
  ALTER TABLE frame ADD COLUMN waits INTEGER NOT NULL DEFAULT 0;
  DROP INDEX frame_due;
  CREATE INDEX frame_due ON frame (due) WHERE state = 'sent' AND waits = 0;
  CREATE INDEX frame_waits ON frame (number) WHERE state = 'sent' AND waits = 1;
  CREATE INDEX waiting_org ON waiting (org, own);
  `,
  // An index to see whether a frame is settled without reading rows of `own`, which are as large as a page.
  "CREATE INDEX own_open_frame ON own (frame) WHERE state IN ('queued', 'routed');",
  // Own items besides notices: actions on own notices, and requests for a section of a held one. `bytes` is the item as
  // submitted, `fields` the JSON of what it orders; `first` is set for ends, bars and extensions, `derived` for what the
  // gateway orders itself.
  `
  CREATE TABLE own_item (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    originator TEXT NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL, number INTEGER NOT NULL, verb TEXT NOT NULL,
    digest TEXT UNIQUE, fields TEXT NOT NULL, derived INTEGER NOT NULL, first INTEGER NOT NULL, pairs INTEGER NOT NULL,
    at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('held', 'queued', 'routed', 'settled', 'refused', 'ended')),
    code TEXT, bytes BLOB, frame INTEGER
  ) STRICT;
  CREATE INDEX own_item_id ON own_item (id, number);
  CREATE INDEX own_item_again ON own_item (seq) WHERE state = 'refused' AND code IN ('superseded', 'too-far-ahead');
  CREATE INDEX own_item_held ON own_item (seq) WHERE state = 'held';
  CREATE INDEX own_item_unframed ON own_item (first, seq) WHERE frame IS NULL AND state IN ('queued', 'routed');
  CREATE INDEX own_item_frame ON own_item (frame) WHERE frame IS NOT NULL;
  CREATE INDEX own_item_open_frame ON own_item (frame) WHERE state IN ('queued', 'routed');
  CREATE INDEX own_item_request ON own_item (at) WHERE originator <> '';
  CREATE INDEX own_item_asked ON own_item (at) WHERE first = 1 AND derived = 0;
  CREATE TABLE item_reframed (frame INTEGER NOT NULL, item INTEGER NOT NULL, PRIMARY KEY (frame, item)) STRICT, WITHOUT ROWID;
  CREATE INDEX item_reframed_item ON item_reframed (item);

  -- Holders that a report names for an action and that have not answered it.
  CREATE TABLE item_waiting (
    item INTEGER NOT NULL, org TEXT NOT NULL, verb TEXT NOT NULL, kind TEXT NOT NULL, since INTEGER NOT NULL,
    status TEXT, PRIMARY KEY (item, org)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX item_waiting_since ON item_waiting (verb, kind, since);
  CREATE TABLE item_receipt (
    item INTEGER NOT NULL, org TEXT NOT NULL, type TEXT NOT NULL, code TEXT, at INTEGER NOT NULL, kid TEXT NOT NULL,
    before TEXT, after TEXT, receipt TEXT NOT NULL, PRIMARY KEY (item, org)
  ) STRICT, WITHOUT ROWID;

  -- How an own notice ended; kept as long as its rows in own.
  CREATE INDEX own_amended ON own (id) WHERE revision > 1 AND sd_jwt IS NOT NULL;
  CREATE TABLE own_end (id TEXT PRIMARY KEY, ending TEXT NOT NULL, reason TEXT, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  -- Holders that a restriction is owed to, and not signed yet; sections is NULL for the whole notice, else JSON.
  CREATE TABLE owed_restrict (
    id TEXT NOT NULL, reason TEXT NOT NULL, org TEXT NOT NULL, sections TEXT, PRIMARY KEY (id, reason, org)
  ) STRICT, WITHOUT ROWID;
  -- Requests of holders for a section of an own notice; item is the action that answered it.
  CREATE TABLE asked (
    jti TEXT PRIMARY KEY, digest TEXT NOT NULL UNIQUE, id TEXT NOT NULL, org TEXT NOT NULL, section TEXT NOT NULL,
    purpose TEXT NOT NULL, copy TEXT NOT NULL, at INTEGER NOT NULL, text TEXT NOT NULL, item INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX asked_id ON asked (id);
  CREATE INDEX asked_open ON asked (at) WHERE item IS NULL;
  ALTER TABLE idempotency ADD COLUMN item INTEGER;
  `,
  HOLDING_MIGRATION,
  STATUS_MIGRATION,
  RECEIPTS_MIGRATION,
  HELD_PROOF_MIGRATION,
  // When the next warning of an own notice is due; 0 for notices that are older than this column: to be computed. Its events
  // are numbered like those of the inbox, also where the inbox never held a notice.
  `
  ALTER TABLE own ADD COLUMN warn_at INTEGER;
  UPDATE own SET warn_at = 0 WHERE sd_jwt IS NOT NULL;
  CREATE INDEX own_warn ON own (warn_at) WHERE warn_at IS NOT NULL;
  INSERT INTO sqlite_sequence (name, seq)
    SELECT 'inbox', 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'inbox');
  `,
  // Holders that an own action no longer goes to, by a narrowing of the hub.
  `
  CREATE TABLE item_narrowed (
    item INTEGER NOT NULL, org TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (item, org)
  ) STRICT, WITHOUT ROWID;
  `,
  // The ends and bars that count towards the bound of an hour: those that people, local systems or the policies ask for.
  `
  ALTER TABLE own_item ADD COLUMN counted INTEGER NOT NULL DEFAULT 0;
  UPDATE own_item SET counted = 1 WHERE first = 1 AND derived = 0;
  DROP INDEX own_item_asked;
  CREATE INDEX own_item_counted ON own_item (at) WHERE counted = 1;
  `,
  LOST_MIGRATION,
  // Extensions go in frames without notices.
  `UPDATE own_item SET first = 1 WHERE verb = 'extend';`,
  LOST_OPEN_MIGRATION,
  LOST_HOLDERS_MIGRATION,
  LOG_PROOFS_MIGRATION,
  APPROVAL_MIGRATION,
  BREAK_GLASS_MIGRATION,
  DELIVERED_MIGRATION,
];
