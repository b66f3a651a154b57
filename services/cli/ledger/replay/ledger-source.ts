import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../../../shared/kernel/errors.js';
import { scanAppendFile } from '../../../shared/store/append/scan-file.js';
import { unpackEntry } from '../../../shared/store/append/archived-entry.js';
import type { ReplayDeps } from '../../../shared/workbench/replay/replay-ledger.js';

/** The records to replay, and what the party that holds them knows besides. */
export interface ReplaySource extends Pick<ReplayDeps, 'entries' | 'ownContent' | 'isWhole'> {
  readonly close: () => void;
}

/**
 * Opens the auditor's file, which has every record of the ledger, also while the auditor runs. Throws `not-found` where
 * there is none; reading throws `ledger-damaged`.
 */
export function openLedgerSource(auditorData: string): ReplaySource {
  const path = join(auditorData, 'records');
  if (!existsSync(path)) throw fail('not-found', `no file of an auditor at \`${path}\``);
  return {
    entries: async function* () {
      for await (const { number, bytes: packed } of scanAppendFile(path)) {
        const { bytes, epoch, seq, ruledOut } = unpackEntry(packed);
        // A ruled-out record is in the stream alone; the file holds the command.
        if (ruledOut === undefined) yield { bytes, number, place: { epoch, sequence: seq } };
      }
    },
    ownContent: () => Promise.resolve(undefined),
    isWhole: true,
    close: () => undefined,
  };
}
