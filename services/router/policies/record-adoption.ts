import type { Clock } from '../../shared/kernel/clock.js';
import { signAdoptionRecord } from '../../shared/ledger/release/adoption-record.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import type { Directory } from '../../shared/trust/directory.js';
import type { Signer } from '../../shared/trust/keys.js';
import type { RecordAdoption } from './judge-next.js';
import { recordingBy } from '../recording-by.js';
import { applyAdoption } from '../ledger/apply-adoption.js';
import type { LedgerWriter } from '../ledger/writer.js';

interface AdoptionRecorderDeps {
  readonly directory: () => Directory;
  readonly store: RouterStore;
  readonly writer: LedgerWriter;
  readonly signer: Signer;
  readonly clock: Clock;
}

/**
 * Creates the step that records what was decided about the policies. Of several routers one writes each record, by
 * compare-and-set on the ledger's own subject. Throws as `LedgerWriter.write` does.
 */
export function createAdoptionRecorder({
  directory,
  store,
  writer,
  signer,
  clock,
}: AdoptionRecorderDeps): RecordAdoption {
  return async (part, position) => {
    const now = clock();
    const by = recordingBy({ signer, ledger: writer }, directory(), now);
    const { org, frame, bytes, digest } = await signAdoptionRecord(part, by);
    const record = { org, frame, digest, issuedAt: now, part };
    await writer.write({ org, position, bytes, digest, apply: (at) => applyAdoption(store, record, at) });
  };
}
