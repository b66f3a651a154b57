import type { Bus } from '../../shared/bus/connect.js';
import { getAt } from '../../shared/bus/direct-get.js';
import { sources } from '../../shared/bus/streams.js';
import { errorFrom } from '../../shared/kernel/errors.js';
import type { ReportRow } from '../../shared/store/router/router-ledger.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import { digest } from '../../shared/trust/digest.js';
import { frames } from '../../shared/wire/frames.js';
import type { FindArchived } from './auditor-http.js';

/** Reads the exact bytes of a record that was applied; undefined while neither stream nor auditor can give them. */
export type RecordBytes = (record: ReportRow) => Promise<Uint8Array | undefined>;

interface RecordBytesDeps {
  readonly core: Bus;
  readonly store: Pick<RouterStore, 'fact'>;
  readonly findArchived: FindArchived;
}

/** Creates the reader. The view drops bytes minutes after they are archived; then reads LEDGER, or asks the auditor. */
export function createRecordBytes({ core, store, findArchived }: RecordBytesDeps): RecordBytes {
  const { stream } = sources.ledgerAuditor;
  return async (record) => {
    if (record.bytes !== null) return record.bytes;
    const isRecord = (bytes: Uint8Array | undefined): bytes is Uint8Array =>
      bytes !== undefined && digestOf(bytes) === record.digest;
    try {
      const stored =
        record.epoch === store.fact('epoch') ? await getAt(core, { stream, seq: record.seq }) : undefined;
      if (isRecord(stored?.bytes)) return stored.bytes;
      const archived = await findArchived(record.digest);
      return isRecord(archived) ? archived : undefined;
    } catch (thrown) {
      const error = errorFrom(thrown);
      if (error.family !== 'operational') throw error;
      return undefined;
    }
  };
}

/** Returns the digest of a record's statement, which names the record; undefined for bytes that are not a record. */
function digestOf(bytes: Uint8Array): string | undefined {
  const { statement } = frames.record.decode(bytes);
  return statement ? digest(statement.statement) : undefined;
}
