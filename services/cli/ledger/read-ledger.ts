import type { Home } from '../../shared/runtime/home.js';
import type { ShownLedger, ShownLog } from '../../shared/wire/shown-ledger.js';
import { requireRunning } from '../home/run-file.js';
import { auditorClient, type OperatorClient } from '../http-client.js';

/**
 * Requests the state of the file of an auditor or mirror, of the running federation's auditor if none is named. Throws as
 * `auditorClient` does.
 */
export async function readLedger(home: Home, named?: OperatorClient): Promise<ShownLedger> {
  const auditor = named ?? auditorClient(home, requireRunning(home));
  const answer = await auditor.get('/v1/ledger?viewer=federation');
  return answer as ShownLedger;
}

/** Requests what was published of the log, and who cosigned it; null where the auditor does not answer this operator. */
export async function readLog(home: Home): Promise<ShownLog | null> {
  return readLedger(home).then(
    ({ log }) => log,
    () => null,
  );
}
