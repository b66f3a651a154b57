import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { type PreparedSql, STATEMENTS } from '../../../services/shared/store/sqlite.js';

/** A statement that a store prepared, with SQLite's plan of it. */
export interface RecordedStatement {
  /** The statement with white space collapsed. */
  readonly sql: string;
  /** The place of preparation: path below `services/shared/store/` and line. */
  readonly place: string;
  readonly plan: readonly string[];
}

const PLACE = /services\/shared\/store\/([^:)]+:\d+)/;

/** Runs `work` and returns every statement prepared meanwhile. */
export async function recordStatements(
  work: () => void | Promise<void>,
): Promise<readonly RecordedStatement[]> {
  const found: RecordedStatement[] = [];
  const record = (message: unknown): void => {
    const { sql, plan } = message as PreparedSql;
    found.push({ sql: sql.replaceAll(/\s+/g, ' ').trim(), place: placeOf(new Error('here')), plan: plan() });
  };
  subscribe(STATEMENTS, record);
  try {
    await work();
  } finally {
    unsubscribe(STATEMENTS, record);
  }
  return found;
}

/** Returns the innermost place of a stack that is in a store and not in the SQLite wrapper. */
function placeOf({ stack = '' }: Error): string {
  const places = stack.split('\n').map((line) => PLACE.exec(line)?.[1] ?? '');
  return places.find((place) => place !== '' && !place.startsWith('sqlite.ts:')) ?? 'unknown';
}
