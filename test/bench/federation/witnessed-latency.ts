import { setTimeout as delay } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import { auditorClient, gatewayClient } from '../../../services/cli/http-client.js';
import type { Federation } from '../../../services/cli/up/federation.js';
import { fail } from '../../../services/shared/kernel/errors.js';
import type { ShownLedger } from '../../../services/shared/wire/shown-ledger.js';
import { exampleDraft } from '../examples.js';
import { quantileOf } from '../figures.js';

/** From a record in the auditor's file until a quorum of witnesses has cosigned a checkpoint with it, at the auditor. */
export interface WitnessedLatency {
  readonly witnessedP50Ms: number;
  readonly witnessedP99Ms: number;
}

type Sampled = Pick<Federation, 'home' | 'run'>;

/** The pause between two questions to the auditor, which is the resolution of every latency. */
const LOOK_MS = 100;
const QUORUM_TIMEOUT_MS = 60_000;
/** Longer than the wait of a first record for others that are sealed with it. */
const ALONE_MS = 3_000;
/** The kind that every sample policy lets through to a recipient. */
const KIND = 'yellow';

/**
 * Resolves to the result of `during`, and to the latencies of the records that were made until it settled. Throws
 * `timed-out` without a quorum.
 */
export async function whileWitnessed<T>(
  { home, run }: Sampled,
  during: Promise<T>,
): Promise<readonly [T, WitnessedLatency]> {
  const auditor = auditorClient(home, run);
  const look = async (): Promise<ShownLedger> =>
    (await auditor.get('/v1/ledger?viewer=federation')) as ShownLedger;
  const over = new AbortController();
  const end = (): void => over.abort();
  void during.then(end, end);
  const took: number[] = [];
  let waiting: readonly { readonly records: number; readonly at: number }[] = [];
  let seen = (await look()).records ?? 0;
  for (
    let until = Number.POSITIVE_INFINITY;
    waiting.length > 0 || !over.signal.aborted;
    await delay(LOOK_MS)
  ) {
    const { records, log } = await look();
    const now = performance.now();
    const isOver = over.signal.aborted;
    if (isOver) until = Math.min(until, now + QUORUM_TIMEOUT_MS);
    if (now > until) throw fail('timed-out', 'the witnesses did not cosign what was recorded');
    if (!isOver && (records ?? 0) > seen) waiting = [...waiting, { records: records ?? 0, at: now }];
    seen = Math.max(seen, records ?? 0);
    const quorate = log?.quorate ?? 0;
    took.push(...waiting.filter((one) => one.records <= quorate).map(({ at }) => now - at));
    waiting = waiting.filter((one) => one.records > quorate);
  }
  return [await during, { witnessedP50Ms: quantileOf(took, 0.5), witnessedP99Ms: quantileOf(took, 0.99) }];
}

/** Measures the records of `count` notices that are submitted one after the other, without other load. */
export async function measureWitnessed(federation: Federation, count: number): Promise<WitnessedLatency> {
  const [originator] = federation.orgs;
  if (originator === undefined) throw fail('internal', 'no organisation');
  const client = gatewayClient(federation.home, federation.run, originator);
  const submit = async (): Promise<void> => {
    for (let each = 0; each < count; each += 1) {
      await delay(ALONE_MS);
      await client.post('/v1/notices', exampleDraft(KIND), { 'idempotency-key': uuidv7() });
    }
    await delay(ALONE_MS);
  };
  const [, latency] = await whileWitnessed(federation, submit());
  return latency;
}
