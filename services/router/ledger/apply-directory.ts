import { seconds } from '../../shared/kernel/clock.js';
import type { DirectoryRecord } from '../../shared/ledger/directory/directory-record.js';
import type { ReportRow } from '../../shared/store/router/router-ledger.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import { addRecord, type RecordPosition } from './projection.js';

/** The record of the newest version of the directory that is on the ledger. */
export interface RecordedDirectory {
  readonly version: number;
  /** Digest of the directory. */
  readonly directory: string;
  readonly record: ReportRow;
}

const FACT = 'directory-record';

/** Applies the record of a directory to the projection, once. Call within a transaction. */
export function applyDirectory(
  store: RouterStore,
  record: Pick<DirectoryRecord, 'digest' | 'org' | 'frame' | 'issuedAt' | 'part'>,
  recordPosition: RecordPosition,
): void {
  const { digest, issuedAt, part } = record;
  if (!addRecord(store, { ...record, type: 'directory', exp: seconds(issuedAt) }, recordPosition)) return;
  const known = recordedDirectory(store);
  if (known !== undefined && known.version >= part.version) return;
  const named = { digest, ...recordPosition.place, at: issuedAt.getTime() };
  store.setFact(FACT, JSON.stringify({ version: part.version, directory: part.digest, record: named }));
}

/** Returns the record of the newest version on the ledger, without its bytes; undefined before the first. */
export function recordedDirectory(store: Pick<RouterStore, 'fact'>): RecordedDirectory | undefined {
  const text = store.fact(FACT);
  if (text === undefined) return undefined;
  const { record, ...recorded } = JSON.parse(text) as RecordedDirectory;
  return { ...recorded, record: { ...record, bytes: null } };
}
