import type { Home } from '../../shared/runtime/home.js';
import type { ShownLedger, ShownLog } from '../../shared/wire/shown-ledger.js';
import { requireRunning } from '../home/run-file.js';
import { auditorClient } from '../http-client.js';

/** Requests the state of the auditor's file from the running federation. Throws as `auditorClient` does. */
export async function readLedger(home: Home): Promise<ShownLedger> {
  const answer = await auditorClient(home, requireRunning(home)).get('/v1/ledger?viewer=federation');
  return answer as ShownLedger;
}

/** Requests what was published of the log, and who cosigned it; null where the auditor does not answer this operator. */
export async function readLog(home: Home): Promise<ShownLog | null> {
  return readLedger(home).then(
    ({ log }) => log,
    () => null,
  );
}
