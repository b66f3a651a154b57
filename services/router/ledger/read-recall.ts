import type { CommandPart } from '../../shared/ledger/command-record.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import { frames, type CommandPair } from '../../shared/wire/frames.js';
import type { RecordBytes } from './record-bytes.js';

interface LedgerReading {
  readonly store: Pick<RouterStore, 'ledger'>;
  readonly recordBytes: RecordBytes;
}

/**
 * Reads the records of both commands of a recall; `digest` is that of the record of the second. Undefined while one of
 * them cannot be read.
 */
export async function readRecall(hub: LedgerReading, digest: string): Promise<CommandPair | undefined> {
  const record = await bytesOf(hub, digest);
  if (record === undefined) return undefined;
  const [leaf] = frames.record.decode(record).statement?.leaves ?? [];
  const part = JSON.parse(Buffer.from(leaf?.part ?? []).toString('utf8')) as CommandPart;
  const proposal = await bytesOf(hub, part.proposal ?? '');
  return proposal && { proposal, record };
}

async function bytesOf(
  { store, recordBytes }: LedgerReading,
  digest: string,
): Promise<Uint8Array | undefined> {
  const row = store.ledger.recordNamed(digest);
  return row && recordBytes(row);
}
