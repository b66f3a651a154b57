import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { GATEWAY_MIGRATIONS } from '../../../../services/shared/store/gateway/gateway-schema.js';
import { openDatabase } from '../../../../services/shared/store/sqlite.js';

/** Returns SQLite's plan of the query for a page of the inbox. */
function planOf(condition: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'liaison-inbox-'));
  const db = openDatabase(join(folder, 'gateway.db'), GATEWAY_MIGRATIONS);
  onTestFinished(() => {
    db.close();
    rmSync(folder, { recursive: true });
  });
  const rows = db
    .prepare<[string, number], { readonly detail: string }>(
      `EXPLAIN QUERY PLAN SELECT * FROM inbox JOIN delivery ON delivery.seq = inbox.delivery
       WHERE ${condition} ORDER BY inbox.seq DESC LIMIT ?`,
    )
    .all('x', 50);
  return rows.map(({ detail }) => detail).join('; ');
}

test.each([
  ['inbox.originator = ?', 'inbox_originator'],
  ['kind = ?', 'inbox_kind'],
])(
  'gateway inbox: the newest notices with `%s` are read from an index in order, without a sort or a scan',
  (condition, index) => {
    const plan = planOf(condition);
    expect(plan).toContain(`SEARCH inbox USING INDEX ${index}`);
    expect(plan).not.toMatch(/TEMP B-TREE|SCAN/);
  },
);
