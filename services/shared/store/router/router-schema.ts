/** The migrations of the router's view of the ledger, which the auditor's file can rebuild; each entry is one version. */
export const ROUTER_MIGRATIONS: readonly string[] = [
  `CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE organisation (org TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TABLE submission (
     org TEXT NOT NULL, number INTEGER NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (org, number, digest)
   ) WITHOUT ROWID;
   CREATE TABLE record (
     digest TEXT PRIMARY KEY, org TEXT NOT NULL, frame TEXT NOT NULL, type TEXT NOT NULL, epoch TEXT NOT NULL,
     seq INTEGER NOT NULL, at INTEGER NOT NULL, kept INTEGER NOT NULL, bytes BLOB
   );
   CREATE INDEX record_frame ON record (org, frame);
   CREATE INDEX record_seq ON record (epoch, seq);
   CREATE INDEX record_kept ON record (at) WHERE bytes IS NOT NULL;
   CREATE TABLE notice (
     originator TEXT NOT NULL, jti TEXT NOT NULL, digest TEXT NOT NULL, number INTEGER NOT NULL, exp INTEGER NOT NULL,
     state TEXT NOT NULL, frame TEXT NOT NULL, epoch TEXT NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL,
     part TEXT NOT NULL, decisions TEXT NOT NULL, PRIMARY KEY (originator, jti)
   );
   CREATE INDEX notice_digest ON notice (originator, digest);
   CREATE INDEX notice_exp ON notice (exp);
   CREATE TABLE delivery (
     originator TEXT NOT NULL, frame TEXT NOT NULL, recipient TEXT NOT NULL, status TEXT NOT NULL,
     exp INTEGER NOT NULL, PRIMARY KEY (originator, frame, recipient)
   ) WITHOUT ROWID;
   CREATE TABLE receipt (
     digest TEXT PRIMARY KEY, recipient TEXT NOT NULL, originator TEXT NOT NULL, frame TEXT NOT NULL,
     at INTEGER NOT NULL, parts TEXT NOT NULL
   );
   CREATE INDEX receipt_frame ON receipt (originator, frame)`,
  `CREATE TABLE narrowing (
     originator TEXT NOT NULL, jti TEXT NOT NULL, digest TEXT NOT NULL, exp INTEGER NOT NULL, decisions TEXT NOT NULL
   );
   CREATE INDEX narrowing_notice ON narrowing (originator, jti);
   CREATE INDEX narrowing_exp ON narrowing (exp)`,
  `ALTER TABLE receipt ADD COLUMN via TEXT;
   ALTER TABLE receipt ADD COLUMN bytes BLOB;
   ALTER TABLE record ADD COLUMN exp INTEGER;
   CREATE INDEX record_exp ON record (exp);
   CREATE INDEX delivery_exp ON delivery (exp)`,
  `CREATE TABLE quarantine (
     org TEXT NOT NULL, entry TEXT NOT NULL, reason TEXT NOT NULL, what TEXT NOT NULL, at INTEGER NOT NULL,
     closed INTEGER NOT NULL, PRIMARY KEY (org, entry)
   ) WITHOUT ROWID;
   CREATE TABLE command (
     id TEXT PRIMARY KEY, digest TEXT NOT NULL, seq INTEGER NOT NULL, accepted INTEGER NOT NULL, outcome TEXT NOT NULL
   ) WITHOUT ROWID`,
  // The positions at which an entry was opened and closed; existing entries get positions below every new one.
  `ALTER TABLE quarantine ADD COLUMN epoch TEXT NOT NULL DEFAULT '';
   ALTER TABLE quarantine ADD COLUMN opened INTEGER NOT NULL DEFAULT 0;
   UPDATE quarantine SET opened = 1 - closed`,
  // `kind` comes before the long columns: the check of a receipt reads it without reading further pages.
  `CREATE TABLE notice_with_kind (
     originator TEXT NOT NULL, jti TEXT NOT NULL, digest TEXT NOT NULL, number INTEGER NOT NULL, exp INTEGER NOT NULL,
     kind TEXT, state TEXT NOT NULL, frame TEXT NOT NULL, epoch TEXT NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL,
     part TEXT NOT NULL, decisions TEXT NOT NULL, PRIMARY KEY (originator, jti)
   );
   INSERT INTO notice_with_kind SELECT originator, jti, digest, number, exp, json_extract(part, '$.attributes.kind'),
     state, frame, epoch, seq, at, part, decisions FROM notice;
   DROP TABLE notice;
   ALTER TABLE notice_with_kind RENAME TO notice;
   CREATE INDEX notice_digest ON notice (originator, digest);
   CREATE INDEX notice_exp ON notice (exp)`,
  // From this version on `decisions` may hold denials, which an older router would ignore; the version makes it refuse
  // the file.
  '',
  // Finds the receipts of one recipient for a delivery without reading those of the others.
  `DROP INDEX receipt_frame;
   CREATE INDEX receipt_delivery ON receipt (originator, frame, recipient)`,
  // Finds the newest revision of a notice, whose jti is `<id>.<number>`, without reading the others.
  `CREATE INDEX notice_newest ON notice (originator, substr(jti, 1, instr(jti, '.') - 1), number)`,
  // Indexes with which a heartbeat reads only the records that it confirms and those whose bytes it drops. Every row gets an
  // expiry; rows of earlier versions without one get that of the last known notice.
  `DROP INDEX record_kept;
   CREATE INDEX record_unkept ON record (epoch, seq, length(bytes)) WHERE kept = 0;
   CREATE INDEX record_bytes ON record (at) WHERE kept = 1 AND bytes IS NOT NULL;
   UPDATE record SET exp = coalesce((SELECT max(exp) FROM notice), at / 1000) WHERE exp IS NULL;
   ALTER TABLE submission ADD COLUMN exp INTEGER NOT NULL DEFAULT 0;
   UPDATE submission SET exp = coalesce((SELECT max(exp) FROM notice), 0);
   CREATE INDEX submission_exp ON submission (exp);
   CREATE INDEX quarantine_open ON quarantine (org, at) WHERE opened > closed;
   CREATE INDEX quarantine_closed ON quarantine (at) WHERE closed > opened;
   CREATE INDEX command_accepted ON command (accepted);
   CREATE INDEX command_message ON command (digest, seq)`,
  // The frames of notices that were recorded with several frames, because their originators moved them.
  `CREATE TABLE reframed (
     originator TEXT NOT NULL, jti TEXT NOT NULL, frame TEXT NOT NULL, exp INTEGER NOT NULL,
     PRIMARY KEY (originator, jti, frame)
   ) WITHOUT ROWID;
   CREATE INDEX reframed_exp ON reframed (exp)`,
  // The sequence of a delivery in the recipient's IN.
  'ALTER TABLE delivery ADD COLUMN placed INTEGER',
  // Notices of each organisation recorded in one second, for its quota.
  `CREATE TABLE admitted (
     org TEXT NOT NULL, second INTEGER NOT NULL, notices INTEGER NOT NULL, PRIMARY KEY (org, second)
   ) WITHOUT ROWID`,
  // Actions, whom each was handed and what was answered; requests for sections. `answered` follows from `act_answer`.
  `CREATE TABLE action (
     originator TEXT NOT NULL, digest TEXT NOT NULL, id TEXT NOT NULL, number INTEGER NOT NULL, verb TEXT NOT NULL,
     frame TEXT NOT NULL, at INTEGER NOT NULL, extendsTo INTEGER, exp INTEGER NOT NULL, bytes BLOB NOT NULL,
     PRIMARY KEY (originator, digest)
   );
   CREATE INDEX action_notice ON action (originator, id, number, digest);
   CREATE INDEX action_at ON action (originator, verb, at);
   CREATE INDEX action_exp ON action (exp);
   CREATE TABLE act (
     originator TEXT NOT NULL, action TEXT NOT NULL, recipient TEXT NOT NULL, frame TEXT NOT NULL, exp INTEGER NOT NULL,
     ending INTEGER NOT NULL, answered INTEGER NOT NULL, PRIMARY KEY (originator, action, recipient, frame)
   );
   CREATE INDEX act_frame ON act (originator, frame, recipient, action);
   CREATE INDEX act_owed ON act (recipient) WHERE answered = 0 AND ending = 1;
   CREATE INDEX act_exp ON act (exp);
   CREATE TABLE act_answer (
     originator TEXT NOT NULL, action TEXT NOT NULL, recipient TEXT NOT NULL, id TEXT NOT NULL, receipt TEXT NOT NULL,
     type TEXT NOT NULL, code TEXT, before TEXT, after TEXT, at INTEGER NOT NULL, exp INTEGER NOT NULL,
     PRIMARY KEY (originator, action, recipient, receipt)
   );
   CREATE INDEX act_answer_notice ON act_answer (originator, id, recipient, receipt);
   CREATE INDEX act_answer_exp ON act_answer (exp);
   CREATE TABLE changed (
     originator TEXT NOT NULL, jti TEXT NOT NULL, recipient TEXT NOT NULL, change TEXT NOT NULL, type TEXT NOT NULL,
     at INTEGER NOT NULL, exp INTEGER NOT NULL, PRIMARY KEY (originator, jti, recipient, at, change, type)
   );
   CREATE INDEX changed_exp ON changed (exp);
   CREATE TABLE ask (
     holder TEXT NOT NULL, digest TEXT NOT NULL, originator TEXT NOT NULL, id TEXT NOT NULL, section TEXT NOT NULL,
     at INTEGER NOT NULL, exp INTEGER NOT NULL, PRIMARY KEY (holder, digest)
   );
   CREATE INDEX ask_section ON ask (holder, originator, id, section, at, digest);
   CREATE INDEX ask_exp ON ask (exp)`,
  // A receipt answers a whole delivery: which notices that is follows from the records that it names. Their facts of an earlier
  // contract are of no use.
  `DROP TABLE receipt;
   CREATE TABLE receipt (
     digest TEXT PRIMARY KEY, recipient TEXT NOT NULL, originator TEXT NOT NULL, frame TEXT NOT NULL,
     at INTEGER NOT NULL, records TEXT NOT NULL, root TEXT NOT NULL, size INTEGER NOT NULL, listed TEXT NOT NULL,
     via TEXT NOT NULL, token TEXT NOT NULL
   );
   CREATE INDEX receipt_delivery ON receipt (originator, frame, recipient);
   ALTER TABLE record ADD COLUMN shares TEXT;
   CREATE TABLE receipts_statement (
     org TEXT NOT NULL, number INTEGER NOT NULL, digest TEXT NOT NULL, exp INTEGER NOT NULL,
     PRIMARY KEY (org, number, digest)
   ) WITHOUT ROWID;
   CREATE INDEX receipts_statement_exp ON receipts_statement (exp);
   CREATE TABLE change (
     digest TEXT PRIMARY KEY, recipient TEXT NOT NULL, originator TEXT NOT NULL, at INTEGER NOT NULL, exp INTEGER NOT NULL
   );
   CREATE INDEX change_exp ON change (exp)`,
  // Finds an originator's revisions after one of them.
  'CREATE INDEX notice_number ON notice (originator, number, jti)',
  // Actions that a narrowing keeps from a holder; also those whose routing report is read later.
  `CREATE TABLE unact (
     originator TEXT NOT NULL, action TEXT NOT NULL, recipient TEXT NOT NULL, exp INTEGER NOT NULL,
     PRIMARY KEY (originator, action, recipient)
   );
   CREATE INDEX unact_exp ON unact (exp)`,
  // What a command is about and who signed it: a cancellation needs the proposal of another person.
  `ALTER TABLE command ADD COLUMN verb TEXT NOT NULL DEFAULT '';
   ALTER TABLE command ADD COLUMN person TEXT NOT NULL DEFAULT '';
   ALTER TABLE command ADD COLUMN entry TEXT NOT NULL DEFAULT '';
   ALTER TABLE command ADD COLUMN record TEXT NOT NULL DEFAULT '';
   CREATE INDEX action_recall ON action (at) WHERE verb = 'cancel'`,
  // The revisions that each recipient is allowed. Triggers keep the table equal to the decisions in `notice`.
  `CREATE TABLE allowed (
     originator TEXT NOT NULL, id TEXT NOT NULL, recipient TEXT NOT NULL, number INTEGER NOT NULL,
     PRIMARY KEY (originator, id, recipient, number)
   ) WITHOUT ROWID;
   INSERT OR IGNORE INTO allowed ${allowedBy('notice', 'notice, ')};
   CREATE TRIGGER allowed_insert AFTER INSERT ON notice BEGIN
     INSERT OR IGNORE INTO allowed ${allowedBy('new')};
   END;
   CREATE TRIGGER allowed_delete AFTER DELETE ON notice BEGIN
     DELETE FROM allowed WHERE (originator, id, recipient, number) IN (${allowedBy('old')});
   END;
   CREATE TRIGGER allowed_update AFTER UPDATE OF decisions ON notice WHEN new.decisions <> old.decisions BEGIN
     DELETE FROM allowed WHERE (originator, id, recipient, number) IN (${allowedBy('old')});
     INSERT OR IGNORE INTO allowed ${allowedBy('new')};
   END`,
  // `owed`: the receipt answers a recall, and has not been forwarded to the originator. This migration marks all of them.
  `ALTER TABLE receipt ADD COLUMN owed INTEGER NOT NULL DEFAULT 0;
   CREATE INDEX receipt_owed ON receipt (originator) WHERE owed = 1;
   UPDATE receipt SET owed = 1 WHERE recipient <> originator AND digest IN (
     SELECT act_answer.receipt FROM act_answer JOIN action ON action.originator = act_answer.originator
       AND action.digest = act_answer.action WHERE action.verb = 'cancel')`,
  // The newest numbered statement of each organisation and kind, as it was signed.
  `CREATE TABLE signed_statement (
     kind TEXT NOT NULL, org TEXT NOT NULL, number INTEGER NOT NULL, token TEXT NOT NULL, PRIMARY KEY (kind, org)
   ) WITHOUT ROWID`,
  // Finds what lies in the IN of a recipient that is suspended.
  "CREATE INDEX delivery_placed ON delivery (recipient, placed) WHERE status = 'delivered'",
  // Releases of organisations; token and files only of those that wait or are in force. at is 0 while only the judgement is
  // applied.
  `CREATE TABLE policy_release (
     org TEXT NOT NULL, statement TEXT NOT NULL, digest TEXT NOT NULL, version INTEGER NOT NULL, token TEXT, files BLOB,
     at INTEGER NOT NULL, state TEXT NOT NULL, judged_at INTEGER, judged_by TEXT, findings TEXT,
     UNIQUE (org, statement)
   );
   CREATE INDEX policy_release_state ON policy_release (state, at, statement)`,
  // JSON: digests of the actions of its frame that the copy in IN lacks.
  "ALTER TABLE delivery ADD COLUMN lacks TEXT NOT NULL DEFAULT '[]'",
];

/** Returns the SQL that selects the rows of `allowed` for a row of `notice`. */
function allowedBy(row: 'notice' | 'new' | 'old', from = ''): string {
  return `SELECT ${row}.originator, substr(${row}.jti, 1, instr(${row}.jti, '.') - 1), value ->> '$.to', ${row}.number
     FROM ${from}json_each(${row}.decisions)
     WHERE value ->> '$.type' = 'decision' AND value ->> '$.outcome' <> 'denied'`;
}
