/** The migrations of the console's database: status events and counts of them. Each entry is one version. */
export const CONSOLE_MIGRATIONS: readonly string[] = [
  `CREATE TABLE event (
     heard INTEGER PRIMARY KEY, event TEXT NOT NULL, originator TEXT NOT NULL, recipient TEXT NOT NULL,
     kind TEXT NOT NULL, outcome TEXT NOT NULL, missed INTEGER, facts TEXT NOT NULL
   );
   CREATE TABLE swept (one INTEGER PRIMARY KEY CHECK (one = 1), heard INTEGER NOT NULL);
   CREATE TABLE source (source TEXT PRIMARY KEY, instance TEXT NOT NULL, seq INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TABLE tally (
     step INTEGER NOT NULL, bucket INTEGER NOT NULL, originator TEXT NOT NULL, recipient TEXT NOT NULL,
     event TEXT NOT NULL, code TEXT NOT NULL, count INTEGER NOT NULL, last INTEGER NOT NULL, lag INTEGER NOT NULL,
     lagged INTEGER NOT NULL, PRIMARY KEY (step, bucket, originator, recipient, event, code)
   ) WITHOUT ROWID;
   CREATE TABLE pending (
     originator TEXT NOT NULL, recipient TEXT NOT NULL, jti TEXT NOT NULL, state TEXT NOT NULL, since INTEGER NOT NULL,
     PRIMARY KEY (originator, recipient, jti)
   ) WITHOUT ROWID;
   CREATE INDEX pending_since ON pending (state, since);
   CREATE TABLE session (hash TEXT PRIMARY KEY, name TEXT NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID`,
  // Sessions belong to a token instead of a name; existing ones end.
  `DROP TABLE session;
   CREATE TABLE session (hash TEXT PRIMARY KEY, caller TEXT NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID`,
  // Ids ascend with time, so the index grows at its end.
  `CREATE INDEX event_about ON event (json_extract(facts, '$.jti'))`,
  // Sessions have an order also within one millisecond; existing ones end.
  `DROP TABLE session;
   CREATE TABLE session (
     began INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, caller TEXT NOT NULL, expires INTEGER NOT NULL
   )`,
];
