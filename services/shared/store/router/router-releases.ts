import type { Database } from '../sqlite.js';

/** A recorded release with its bytes. */
export interface SubmittedRelease {
  readonly org: string;
  /** Digest of its statement. */
  readonly statement: string;
  readonly digest: string;
  readonly version: number;
  /** The statement as it was signed. */
  readonly token: string;
  readonly files: Uint8Array;
  /** When it was recorded, in milliseconds since the epoch. */
  readonly at: number;
}

/** What is known of a release without its bytes. */
export interface ReleaseRow {
  readonly org: string;
  readonly statement: string;
  readonly digest: string;
  readonly version: number;
  /** `replaced`: another release of its organisation came into force after it. */
  readonly state: 'waiting' | 'in-force' | 'replaced' | 'refused';
  /** When it was recorded, and when it was judged, in milliseconds since the epoch. */
  readonly at: number;
  readonly judgedAt: number | null;
  /** The router that judged it. */
  readonly judgedBy: string | null;
  /** JSON of the findings of a refused release. */
  readonly findings: string | null;
}

/** A recorded judgement; without `release`, the rules of the federation or its members changed. */
export interface RecordedJudgement {
  readonly release: Pick<ReleaseRow, 'org' | 'statement' | 'digest' | 'version'> | null;
  /** Digest of the bundle that is in force from then on; null for a refused release. */
  readonly bundle: string | null;
  readonly findings: string;
  readonly at: number;
  readonly by: string;
}

/** The releases on the ledger. Writes belong into a transaction. */
export interface RouterReleases {
  submit(release: SubmittedRelease): void;
  judge(judgement: RecordedJudgement): void;
  /** The digest of the bundle in force; undefined before the first judgement. */
  bundle(): string | undefined;
  /** The releases to be judged, oldest first. */
  waiting(): readonly SubmittedRelease[];
  waitingOf(org: string): number;
  /** The release of each organisation that is in force. */
  inForce(): readonly SubmittedRelease[];
  /** The release of one organisation that is in force; undefined without one, and until its bytes are read from the ledger. */
  inForceOf(org: string): SubmittedRelease | undefined;
  /** As `inForce`, without their bytes. */
  listInForce(): readonly ReleaseRow[];
  byStatement(org: string, statement: string): ReleaseRow | undefined;
  /** The last releases of an organisation, newest first. */
  of(org: string): readonly ReleaseRow[];
  /** Rises with each write. */
  changes(): number;
}

/** How many releases of an organisation are remembered besides those that wait or are in force. */
const REMEMBERED = 16;

const ROW =
  'org, statement, digest, version, state, at, judged_at AS judgedAt, judged_by AS judgedBy, findings';
const BUNDLE = 'bundle-in-force';

/** The named values of the view, one of which is the digest of the bundle in force. */
interface NamedValues {
  fact(name: string): string | undefined;
  setFact(name: string, value: string): void;
}

/** Creates the releases on the table `policy_release`. */
export function createRouterReleases(db: Database, values: NamedValues): RouterReleases {
  let changes = 0;
  const count = db.prepare<[string], { readonly n: number }>(
    "SELECT count(*) AS n FROM policy_release WHERE org = ? AND state = 'waiting'",
  );
  const listed = db.prepare<[], ReleaseRow>(
    `SELECT ${ROW} FROM policy_release WHERE state = 'in-force' AND files IS NOT NULL`,
  );
  const one = db.prepare<[string, string], ReleaseRow>(
    `SELECT ${ROW} FROM policy_release WHERE org = ? AND statement = ?`,
  );
  const all = db.prepare<[string], ReleaseRow>(`SELECT ${ROW} FROM policy_release WHERE org = ?`);
  const { submit, judge } = writing(db, values);
  return {
    ...readingBytes(db),
    submit: (release) => {
      submit(release);
      changes += 1;
    },
    judge: (judgement) => {
      judge(judgement);
      changes += 1;
    },
    bundle: () => values.fact(BUNDLE),
    waitingOf: (org) => count.get(org)?.n ?? 0,
    listInForce: () => listed.all(),
    byStatement: (org, statement) => one.get(org, statement),
    of: (org) => all.all(org).toSorted(newestFirst),
    changes: () => changes,
  };
}

/** Creates the reads of releases with their bytes. */
function readingBytes(db: Database): Pick<RouterReleases, 'waiting' | 'inForce' | 'inForceOf'> {
  const stored = 'SELECT org, statement, digest, version, token, files, at FROM policy_release';
  const isInForce = "state = 'in-force' AND files IS NOT NULL";
  const waiting = db.prepare<[], SubmittedRelease>(
    `${stored} WHERE state = 'waiting' ORDER BY at, statement`,
  );
  const inForce = db.prepare<[], SubmittedRelease>(`${stored} WHERE ${isInForce}`);
  const inForceOf = db.prepare<[string], SubmittedRelease>(`${stored} WHERE org = ? AND ${isInForce}`);
  return {
    waiting: () => waiting.all(),
    inForce: () => inForce.all(),
    inForceOf: (org) => inForceOf.get(org),
  };
}

function writing(
  db: Database,
  { setFact }: Pick<NamedValues, 'setFact'>,
): Pick<RouterReleases, 'submit' | 'judge'> {
  const prune = pruningIn(db);
  // A judgement may be applied before the report on its release: both are on subjects of their own.
  const add = db.prepare<[string, string, string, number, string, Uint8Array, number]>(
    `INSERT INTO policy_release (org, statement, digest, version, token, files, at, state)
     VALUES (?, ?, ?, ?, ?, ?, ?, 'waiting')
     ON CONFLICT (org, statement) DO UPDATE SET token = excluded.token, files = excluded.files, at = excluded.at
     WHERE policy_release.at = 0`,
  );
  const note = db.prepare<[string, string, string, number, string, number, string, string]>(
    `INSERT INTO policy_release (org, statement, digest, version, at, state, judged_at, judged_by, findings)
     VALUES (?, ?, ?, ?, 0, ?, ?, ?, ?)
     ON CONFLICT (org, statement) DO UPDATE SET state = excluded.state, judged_at = excluded.judged_at,
       judged_by = excluded.judged_by, findings = excluded.findings`,
  );
  const replace = db.prepare<[string]>(
    "UPDATE policy_release SET state = 'replaced' WHERE org = ? AND state = 'in-force'",
  );
  return {
    submit: ({ org, statement, digest, version, token, files, at }) => {
      add.run(org, statement, digest, version, token, files, at);
      prune(org);
    },
    judge: ({ release, bundle, findings, at, by }) => {
      if (bundle !== null) setFact(BUNDLE, bundle);
      if (release === null) return;
      const { org, statement, digest, version } = release;
      if (bundle !== null) replace.run(org);
      const state = bundle === null ? 'refused' : 'in-force';
      note.run(org, statement, digest, version, state, at, by, findings);
      prune(org);
    },
  };
}

/** Creates the function that drops the bytes of releases that are not in force, and all but the last of these releases. */
function pruningIn(db: Database): (org: string) => void {
  const strip = db.prepare<[string]>(
    "UPDATE policy_release SET token = '', files = NULL WHERE org = ? AND state IN ('replaced', 'refused')",
  );
  const judged = db.prepare<[string], Pick<ReleaseRow, 'statement' | 'judgedAt'>>(
    `SELECT statement, judged_at AS judgedAt FROM policy_release WHERE org = ? AND state IN ('replaced', 'refused')`,
  );
  const forget = db.prepare<[string, string]>('DELETE FROM policy_release WHERE org = ? AND statement = ?');
  return (org) => {
    strip.run(org);
    const newest = judged.all(org).toSorted((a, b) => (b.judgedAt ?? 0) - (a.judgedAt ?? 0));
    for (const { statement } of newest.slice(REMEMBERED)) forget.run(org, statement);
  };
}

function newestFirst(a: ReleaseRow, b: ReleaseRow): number {
  return (
    b.at - a.at || (b.judgedAt ?? Infinity) - (a.judgedAt ?? Infinity) || (a.statement < b.statement ? -1 : 1)
  );
}
