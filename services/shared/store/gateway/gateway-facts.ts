import type { Database, SqlValue } from '../sqlite.js';

/** Single values that survive a restart. */
export interface GatewayFacts {
  number(name: FactName): number;
  text(name: FactName): string | undefined;
  set(name: FactName, value: string | number): void;
}

/**
 * `frame`, `statement`: number and digest of the last submission; `receipt-frame`, `receipt-statement`: of
 * the last frame of receipts. `checkpoint`: the newest heartbeat. `own-text`, `inbox-text`: the last row in
 * the text index. `status-seed`, `status-seq`: the secret of the status lists, and the last row that has a
 * place in them. `restored`: 1 while a restored database is not compared with the ledger yet.
 * `adopted-policies`: JSON, for how long the adopted policies have stood.
 */
type FactName =
  | 'frame'
  | 'statement'
  | 'receipt-frame'
  | 'receipt-statement'
  | 'checkpoint'
  | 'own-text'
  | 'inbox-text'
  | 'status-seed'
  | 'status-seq'
  | 'restored'
  | 'adopted-policies';

/** Creates the facts on the table `fact`. */
export function createFacts(db: Database): GatewayFacts {
  const get = db.prepare<[string], { readonly value: SqlValue }>('SELECT value FROM fact WHERE name = ?');
  const set = db.prepare<[string, SqlValue]>(
    'INSERT INTO fact (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );
  return {
    number: (name) => Number(get.get(name)?.value ?? 0),
    text: (name) => {
      const value = get.get(name)?.value;
      return typeof value === 'string' ? value : undefined;
    },
    set: (name, value) => void set.run(name, value),
  };
}
