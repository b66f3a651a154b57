import { setTimeout as delay } from 'node:timers/promises';
import { forkProcess } from '../../../../services/cli/up/fork-process.js';
import { readSecret } from '../../../../services/shared/trust/secret-file.js';
import type { ShownLedger } from '../../../../services/shared/wire/shown-ledger.js';
import { type BrokerFixture, endOf } from '../../broker-fixture.js';
import { residentOf } from '../../usage.js';

/** One run of an auditor process. */
export interface AuditorRun {
  readonly startMs: number;
  /** Until it published a checkpoint of all entries, from its start; 0 if none was waited for. */
  readonly sealedMs: number;
  readonly lookUpsMs: readonly number[];
  readonly residentMiB: number;
}

interface RunAuditorParams {
  /** Ids of notices to look up once the index has the last of them. */
  readonly notices?: readonly string[];
  /** Entries of the log whose checkpoint is waited for. */
  readonly entries?: number;
}

const LOOK_UPS = 500;
const POLL_MS = 500;

/** Starts an auditor process, waits for its log, looks notices up over HTTP, and stops it. */
export async function runAuditor(
  { home, url, adopt }: Pick<BrokerFixture, 'home' | 'url' | 'adopt'>,
  { notices = [], entries = 0 }: RunAuditorParams,
): Promise<AuditorRun> {
  const settings = { HOME: home.root, NATS_URL: url, NATS_TLS: '', PORT: 0, METRICS_PORT: 0 };
  const began = performance.now();
  const auditor = forkProcess({ service: 'auditor', settings, log: home.log('auditor') });
  adopt(endOf(auditor));
  const ready = await auditor.ready;
  const startMs = performance.now() - began;
  const token = readSecret(home.hub('auditor', 'federation.token'));
  const get = (path: string): Promise<Response> =>
    fetch(`${String(ready['url'])}/v1/${path}viewer=federation`, {
      headers: { authorization: `Bearer ${token}` },
    });
  const isSealed = async (): Promise<boolean> => {
    const { log } = (await (await get('ledger?')).json()) as ShownLedger;
    return (log?.size ?? 0) >= entries;
  };
  if (entries > 0) while (!(await isSealed())) await delay(POLL_MS);
  const sealedMs = entries > 0 ? performance.now() - began : 0;
  const lookUpsMs = await lookUp(notices, (id) => get(`decisions?id=${id}&`));
  const residentMiB = residentOf(auditor.pid);
  await endOf(auditor)();
  return { startMs, sealedMs, lookUpsMs, residentMiB };
}

/** Looks notices up, and resolves to the milliseconds that each took. */
async function lookUp(
  notices: readonly string[],
  get: (id: string) => Promise<Response>,
): Promise<readonly number[]> {
  const last = notices.at(-1);
  if (last === undefined) return [];
  // The index of a file that was written without an auditor is made while the auditor runs.
  while ((await get(last)).status === 503) await delay(POLL_MS);
  const took: number[] = [];
  for (let each = 0; each < LOOK_UPS; each += 1) {
    const from = performance.now();
    const response = await get(notices[(each * 7_919) % notices.length] ?? last);
    await response.text();
    took.push(performance.now() - from);
    if (!response.ok) throw new Error(`the auditor answered ${response.status} for a notice of its file`);
  }
  return took;
}
