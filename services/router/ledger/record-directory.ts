import type { Clock } from '../../shared/kernel/clock.js';
import { LEDGER_OWNER } from '../../shared/ledger/command-content.js';
import { signDirectoryRecord } from '../../shared/ledger/directory/directory-record.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import { witnessPolicyDigest, witnessPolicyFrom } from '../../shared/tlog/member-witnesses.js';
import type { WitnessPolicy } from '../../shared/tlog/witness-policy.js';
import type { Directory } from '../../shared/trust/directory.js';
import type { Signer } from '../../shared/trust/keys.js';
import { recordingBy } from '../recording-by.js';
import { retryOnConflict } from '../retry-on-conflict.js';
import { applyDirectory, recordedDirectory } from './apply-directory.js';
import type { RecordPosition } from './projection.js';
import type { LedgerWriter } from './writer.js';

interface DirectoryRecorderDeps {
  readonly directory: () => Directory;
  readonly store: RouterStore;
  readonly writer: LedgerWriter;
  readonly signer: Signer;
  readonly clock: Clock;
  /** Who must cosign the log; undefined: the members, by the directory. */
  readonly witnessPolicy?: WitnessPolicy | undefined;
}

/**
 * Creates the step that puts the present version of the directory on the ledger, unless it or a later one is there. Of several
 * routers one writes it, by compare-and-set. Throws as `LedgerWriter.write` does.
 */
export function createDirectoryRecorder({
  directory,
  store,
  writer,
  signer,
  clock,
  witnessPolicy,
}: DirectoryRecorderDeps): () => Promise<void> {
  return () =>
    retryOnConflict(async () => {
      const current = directory();
      if ((recordedDirectory(store)?.version ?? 0) >= current.version) return;
      const position = store.ledger.lastSeq(LEDGER_OWNER);
      const policy = witnessPolicyDigest(witnessPolicy ?? witnessPolicyFrom(current));
      const part = { type: 'directory', version: current.version, digest: current.digest, policy } as const;
      const now = clock();
      const by = recordingBy({ signer, ledger: writer }, current, now);
      const { org, frame, bytes, digest } = await signDirectoryRecord(part, by);
      const record = { org, frame, digest, issuedAt: now, part };
      const apply = (at: RecordPosition): void => applyDirectory(store, record, at);
      await writer.write({ org, position, bytes, digest, apply });
    });
}
