import { fail } from '../../shared/kernel/errors.js';
import { type FrameId, parseFrameId } from '../../shared/kernel/ids.js';
import { createRecordProver, type RecordProver } from '../../shared/ledger/delivery/record-proof.js';
import { hexDigest } from '../../shared/trust/digest.js';
import { frames } from '../../shared/wire/frames.js';
import type { Hub } from '../hub.js';
import type { Decided } from './decide.js';

/** A signed report as its originator gets it. */
export interface Signed {
  /** The last token of `in.report.<id>`. */
  readonly id: FrameId;
  readonly bytes: Uint8Array;
}

/** The reports on a recorded frame, in the order of their recording. */
export interface RecordedReports {
  readonly reports: readonly Signed[];
  /**
   * A prover for each report on the frame, in the order of the ledger: it gives what the report shows a
   * recipient. Undefined while a report cannot be read: then nothing can be delivered.
   */
  readonly provers: readonly RecordProver[] | undefined;
}

/**
 * Reads the reports on a recorded frame, byte for byte as recorded. `reports` are for its originator: the routing report,
 * and the narrowings that the originator did not send along. Omits a report whose bytes cannot be read at present; the
 * originator offers the frame again.
 */
export async function readReports(
  hub: Pick<Hub, 'store' | 'recordBytes'>,
  { frame, brought }: Pick<Decided, 'frame' | 'brought'>,
): Promise<RecordedReports> {
  const { org, id } = frame;
  const given = new Map(
    [brought.routing, ...brought.narrowings].flatMap((one) => (one ? [[one.report.digest, one.bytes]] : [])),
  );
  const records = hub.store.shares.recordsOf(org, id);
  const read = await Promise.all(
    records.map(async (record, at) => {
      const bytes = given.get(record.digest) ?? (await hub.recordBytes(record));
      const isSent = at === 0 || !given.has(record.digest);
      return { bytes, isSent, isRouting: at === 0 };
    }),
  );
  const reports = read.flatMap(({ bytes, isSent, isRouting }): readonly Signed[] =>
    bytes === undefined || !isSent ? [] : [{ id: isRouting ? id : reportName(bytes), bytes }],
  );
  const provers = read.flatMap(({ bytes }) => (bytes === undefined ? [] : [proverOf(bytes)]));
  return { reports, provers: provers.length === records.length ? provers : undefined };
}

/** Creates the prover of a recorded report. Throws `frame-unreadable`. */
export function proverOf(record: Uint8Array): RecordProver {
  const { statement } = frames.record.decode(record);
  if (!statement) throw fail('frame-unreadable', 'a record has no statement');
  return createRecordProver(statement);
}

/**
 * Returns the id of a narrowing: the digest of its bytes, because a frame may be narrowed more than once
 * (docs/architecture.md#rule-3).
 */
export function reportName(record: Uint8Array): FrameId {
  return parseFrameId(hexDigest(record));
}
