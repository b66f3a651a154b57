import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { openRecordIndex } from '../../services/shared/store/append/record-index.js';
import { openConsoleStore } from '../../services/shared/store/console/console-store.js';
import { openGatewayStore } from '../../services/shared/store/gateway/gateway-store.js';
import { inspectGateway, inspectTimes } from '../../services/shared/store/inspect-gateway.js';
import { openOwnRecords } from '../../services/shared/store/own-records.js';
import { openRouterStore } from '../../services/shared/store/router/router-store.js';
import { type RecordedStatement, recordStatements } from '../support/documents/recorded-statements.js';

/** Prepare only what begins, ends or moves transactions, and what others hand to them. */
const WITHOUT_QUERIES = ['sqlite.ts', 'wal/checkpoint-worker.ts'];
const STORES = new URL('../../services/shared/store/', import.meta.url).pathname;

/** Allowed scans and temporary b-trees of plans, with the reason why each is bounded. */
const BOUNDED: readonly (readonly [RegExp, string])[] = [
  [/^SCAN (CONSTANT ROW|\(subquery-\d+\)|inside)$/, 'rows of the statement itself'],
  [/^SCAN json_each /, 'a list given by the caller, or the parts of one receipt'],
  [/^SCAN (fact|sqlite_sequence|swept)$/, 'some rows'],
  [/^SCAN (organisation|source)$/, 'a row for each organisation or router'],
  [/^SCAN rejected_frame$/, 'the last 10,000'],
  [/^SCAN evidence$/, 'the last 1,000'],
  [/^SCAN receipt_frame$/, 'the one that is under way'],
  [/^SCAN changed$/, 'a row for each organisation'],
  [
    /^SCAN own USING (COVERING )?INDEX own_unframed$/,
    'at most the limit of the outbox, in the order asked for',
  ],
  [
    /^SCAN own_item USING (COVERING )?INDEX own_item_(held|unframed|again)$/,
    'the items that wait to be sent',
  ],
  [/^SCAN own USING INDEX own_break_glass$/, 'the few that used break-glass'],
  [/^SCAN asked USING INDEX asked_open$/, 'the requests without an answer'],
  [/^SCAN frame USING (COVERING )?INDEX frame_made$/, 'the frames that are not sent yet'],
  [/^SCAN frame USING (COVERING )?INDEX frame_due$/, 'the frames that are not settled'],
  [/^SCAN delivery USING (COVERING )?INDEX delivery_unsent$/, 'the receipts that are not sent yet'],
  [/^SCAN action USING INDEX action_recall$/, 'the recalls, each of which two operators make'],
  [/^SCAN record USING (COVERING )?INDEX record_unkept$/, 'the records that the auditor has not confirmed'],
  [/^SCAN (own|inbox)_text VIRTUAL TABLE INDEX (0:=|64:>)$/, 'the row of one number, or a page'],
  [/^SCAN (own|inbox)_text VIRTUAL TABLE INDEX 0:M\d$/, 'the full-text index'],
];

/** Statements that read more than they return, and why they may. */
const EXCEPTIONS: readonly (readonly [RegExp, string])[] = [
  [
    /^SELECT \* FROM "\w+" LIMIT 100 OFFSET \?$/,
    'the simulator’s inspection reads every table, 100 rows at a time',
  ],
  [/^SELECT '' AS originator, id, at FROM own WHERE at >= \?/, 'the same, of its own run'],
  [/^SELECT originator, id, at FROM inbox WHERE at >= \?$/, 'the same'],
  [/^SELECT DISTINCT frame FROM rejected_frame /, 'the same, of the last 10,000 dropped frames'],
  [/ FROM pragma_table_list /, 'the names of the tables'],
  [
    / FROM record INDEXED BY record_unkept .* ORDER BY rowid$/,
    'sorts the records that no heartbeat confirmed',
  ],
  [/ FROM narrowing WHERE frame = \? ORDER BY length/, 'sorts the narrowings of one frame'],
  [
    /^UPDATE delivery SET status = 'recorded', placed = 0 WHERE recipient/,
    'the deliveries, once, when a stream was lost',
  ],
  [/^SELECT count\(\*\) AS count FROM event$/, 'the events of a day, once, at the start of a console'],
  [/ FROM event WHERE json_extract/, 'the events of one notice, at most 5,000'],
  [/ FROM pending WHERE state IN /, 'the pending deliveries of a day'],
  [/ FROM tally WHERE step = /, 'the counts of an hour or a day'],
  [/ FROM session\b/, 'the sessions of people, at most 4,096'],
  [
    / FROM inbox .*WHERE hidden_until IS NULL AND kept = 0 ORDER BY inbox\.seq DESC LIMIT \?$/,
    'a page in the order of the row numbers, which passes over what is suspended or kept',
  ],
  [/^INSERT INTO log_proof /, 'sorts the two deliveries that name one record'],
  [/ FROM entry .* ORDER BY opened DESC, org, entry LIMIT/, 'sorts the entries of one record'],
  [/^DELETE FROM evidence WHERE seq IN /, 'sorts what is kept of one kind, at most 101 against each accused'],
];

let statements: readonly RecordedStatement[];
beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'liaison-plans-'));
  statements = await recordStatements(() => openAll(folder));
  rmSync(folder, { recursive: true });
});

/** Opens every store, and makes every statement that depends on the filters of a search. */
async function openAll(folder: string): Promise<void> {
  const path = join(folder, 'gateway.db');
  const gateway = openGatewayStore(path);
  for (const given of subsetsOf({ kind: 'red', state: 'queued', before: 9, text: 'word' })) {
    gateway.own.search({ limit: 5, ...given });
  }
  for (const given of subsetsOf({ originator: 'europol', kind: 'red', before: 9, text: 'word' })) {
    gateway.inbox.search({ limit: 5, ...given });
  }
  await gateway.close();
  const inspection = inspectGateway(path);
  for (const values of [inspection.values(inspection.marks()), inspection.otherValues()]) Array.from(values);
  Array.from(inspection.receipts(new Map()));
  inspection.close();
  const ownRecords = openOwnRecords(path);
  Array.from(ownRecords.all());
  ownRecords.close();
  inspectTimes(path, { from: 0, to: 1 });
  await openRouterStore(join(folder, 'router.db')).close();
  openConsoleStore(join(folder, 'console.db'), { keptMs: 1, most: 1 }).close();
  openRecordIndex(join(folder, 'index.db'), () => undefined).close();
}

/** Every combination of the filters: each given or left out. */
function subsetsOf(filters: object): readonly object[] {
  return Object.entries(filters).reduce<readonly object[]>(
    (subsets, [name, value]) => [...subsets, ...subsets.map((subset) => ({ ...subset, [name]: value }))],
    [{}],
  );
}

/** A page in the order of the row numbers reads as many rows as it returns. */
function isPage({ sql, plan }: RecordedStatement): boolean {
  return / LIMIT /.test(sql) && !/ WHERE /.test(sql) && !plan.some((line) => line.includes('TEMP B-TREE'));
}

const grows = (line: string): boolean =>
  /\bSCAN\b|TEMP B-TREE|AUTOMATIC/.test(line) && !BOUNDED.some(([bounded]) => bounded.test(line));

describe('the statements of the stores', () => {
  test('scan no growing table and sort no unbounded result, except the listed ones', () => {
    const unbounded = statements
      .filter((statement) => !isPage(statement) && statement.plan.some(grows))
      .filter(({ sql }) => !EXCEPTIONS.some(([exception]) => exception.test(sql)));
    expect(unbounded).toEqual([]);
  });

  test('are all checked: each place that prepares a statement was reached', () => {
    const places = readdirSync(STORES, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !WITHOUT_QUERIES.includes(path))
      .flatMap((path) => {
        const lines = readFileSync(join(STORES, path), 'utf8').split('\n');
        return lines.flatMap((line, at) => (/\.prepare\b/.test(line) ? [`${path}:${at + 1}`] : []));
      });
    const reached = new Set(statements.map(({ place }) => place));
    expect(places.length).toBeGreaterThan(150);
    expect(places.filter((place) => !reached.has(place))).toEqual([]);
  });

  test('change rows only through prepared statements, except those that empty or reset a derived table', () => {
    const direct = readdirSync(STORES, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && path !== 'sqlite.ts')
      .flatMap((path) => readFileSync(join(STORES, path), 'utf8').match(/\.exec\([^)]*\)/g) ?? []);
    const allowed =
      /^\.exec\(\s*(['"`])(PRAGMA [^;]*;? ?(PRAGMA [^;]*)?|BEGIN(?: EXCLUSIVE| IMMEDIATE|; SELECT 1 FROM sqlite_schema)|(DELETE FROM \w+(; )?)+|UPDATE delivery SET status = 'recorded' .*)\1,?\s*\)$/;
    expect(direct.filter((call) => !allowed.test(call) && !call.includes("IN ('parked'"))).toEqual([]);
  });

  test('use every listed exception', () => {
    const unused = EXCEPTIONS.filter(
      ([exception]) => !statements.some((one) => exception.test(one.sql) && one.plan.some(grows)),
    );
    expect(unused.map(([, why]) => why)).toEqual([]);
  });
});
