import { setTimeout as delay } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import { retryWhileUnreachable } from '../../../services/cli/home/retry-while-unreachable.js';
import type { GatewayClient } from '../../../services/cli/http-client.js';
import type { Draft } from '../../../services/shared/notice/draft.js';

/** A member that submits through its gateway: the drafts that it sends in turn. */
export interface Submitter {
  readonly client: GatewayClient;
  readonly drafts: readonly Draft[];
}

interface Pace {
  /** Notices a second of all members together. */
  readonly rate: number;
  readonly ms: number;
  readonly stopping: AbortSignal;
}

/**
 * Submits at an even rate, from each member in turn; resolves when the gateways accepted every notice. Throws the
 * error of a gateway that refuses one, or that cannot be reached for a minute.
 */
export async function submitEvenly(
  submitters: readonly Submitter[],
  { rate, ms, stopping }: Pace,
): Promise<void> {
  const began = performance.now();
  const count = Math.round((rate * ms) / 1000);
  await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      await delay(began + (index * 1000) / rate - performance.now());
      const { client, drafts } = submitters[index % submitters.length] ?? {};
      const draft = drafts?.[Math.floor(index / submitters.length) % drafts.length];
      const headers = { 'idempotency-key': uuidv7() };
      await retryWhileUnreachable(async () => client?.post('/v1/notices', draft, headers), stopping);
    }),
  );
}

const SETTLE_TIMEOUT_MS = 120_000;
const LOOK_MS = 500;

/** Waits until every notice has settled, for two minutes at most; resolves to the number that has not, 0 if all have. */
export async function untilSettled(submitters: readonly Submitter[]): Promise<number> {
  for (const end = Date.now() + SETTLE_TIMEOUT_MS; ; await delay(LOOK_MS)) {
    let unsettled = 0;
    for (const { client } of submitters) unsettled += await unsettledAt(client);
    if (unsettled === 0 || Date.now() > end) return unsettled;
  }
}

async function unsettledAt({ get }: GatewayClient): Promise<number> {
  let count = 0;
  for (const state of ['queued', 'routed']) {
    const { items } = (await get(`/v1/notices?state=${state}&limit=200`)) as {
      readonly items: readonly object[];
    };
    count += items.length;
  }
  return count;
}
