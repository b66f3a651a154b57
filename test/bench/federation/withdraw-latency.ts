import { setTimeout as delay } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import { type GatewayClient, gatewayClient } from '../../../services/cli/http-client.js';
import type { RunFile } from '../../../services/cli/home/run-file.js';
import { fail } from '../../../services/shared/kernel/errors.js';
import type { OrgId } from '../../../services/shared/kernel/ids.js';
import type { Home } from '../../../services/shared/runtime/home.js';
import { openGatewayDatabase } from '../../../services/shared/store/gateway/gateway-database.js';
import { exampleDraft } from '../examples.js';
import { quantileOf } from '../figures.js';

/** From the order to withdraw a notice until its originator has stored the signed answer of every holder. */
export interface WithdrawLatency {
  readonly withdrawals: number;
  /** Holders of each notice, all of them online. */
  readonly withdrawHolders: number;
  readonly withdrawP50Ms: number;
  readonly withdrawP99Ms: number;
}

/** The latency, and one of the notices that were withdrawn. */
interface Withdrawn {
  readonly latency: WithdrawLatency;
  readonly example: { readonly org: string; readonly id: string };
}

interface Withdrawing {
  readonly home: Home;
  readonly run: RunFile;
  readonly orgs: readonly OrgId[];
}

/** The kind that the sample policies deliver to every member. */
const KIND = 'un-special';
/** Milliseconds between two orders: 10 a second. */
const PACE_MS = 100;
/** Milliseconds between two looks at the states; the answers arrive within less than a second. */
const LOOK_MS = 10;
const TIMEOUT_MS = 60_000;

/**
 * Submits `count` notices that every other member gets, from each member in turn, waits until all have been
 * answered, and withdraws ten of them a second. Throws `timed-out` if a notice or a withdrawal does not
 * settle.
 */
export async function measureWithdrawals(
  { home, run, orgs }: Withdrawing,
  count: number,
): Promise<Withdrawn> {
  const origins = orgs.map((org) => ({
    client: gatewayClient(home, run, org),
    db: openGatewayDatabase(home.org(org, 'gateway.db')),
  }));
  try {
    const originOf = (index: number) => origins[index % origins.length] ?? missing();
    const ids = await submitAll(
      Array.from({ length: count }, (_, index) => originOf(index).client),
      orgs.length - 1,
    );
    const from = performance.now();
    const took = await Promise.all(
      ids.map(async (id, index) => {
        await delay(index * PACE_MS - (performance.now() - from));
        const { client, db } = originOf(index);
        const began = performance.now();
        const { action } = (await client.post(`/v1/notices/${id}/withdraw`, ORDER, key())) as Accepted;
        const state = db.prepare<[number], { state: string }>('SELECT state FROM own_item WHERE seq = ?');
        await untilSettled(() => state.get(action ?? 0)?.state === 'settled');
        return performance.now() - began;
      }),
    );
    const latency = {
      withdrawals: count,
      withdrawHolders: orgs.length - 1,
      withdrawP50Ms: quantileOf(took, 0.5),
      withdrawP99Ms: quantileOf(took, 0.99),
    };
    return { latency, example: { org: originOf(0).client.org, id: ids[0] ?? '' } };
  } finally {
    for (const { db } of origins) db.close();
  }
}

const ORDER = { reason: 'issued-in-error' };

const key = () => ({ 'idempotency-key': uuidv7() });

function missing(): never {
  throw fail('internal', 'no organisation');
}

interface Accepted {
  readonly id: string;
  readonly action?: number;
}

/** Submits one notice at each client, one after the other; resolves when all recipients of each hold it. */
async function submitAll(clients: readonly GatewayClient[], holders: number): Promise<readonly string[]> {
  const draft = exampleDraft(KIND);
  const ids: string[] = [];
  for (const client of clients) ids.push(((await client.post('/v1/notices', draft, key())) as Accepted).id);
  for (const [index, id] of ids.entries()) {
    const shown = async (): Promise<ShownState> =>
      (await clients[index]?.get(`/v1/notices/${id}`)) as ShownState;
    await untilSettled(async () => (await shown()).state === 'settled');
    const { recipients } = await shown();
    if (recipients.filter(({ receipt }) => receipt?.type === 'held').length !== holders)
      throw fail('internal', 'a notice is not held by every other member');
  }
  return ids;
}

interface ShownState {
  readonly state: string;
  readonly recipients: readonly { readonly receipt: { readonly type: string } | null }[];
}

async function untilSettled(isSettled: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + TIMEOUT_MS; !(await isSettled()); await delay(LOOK_MS)) {
    if (Date.now() > end) throw fail('timed-out', 'a notice or a withdrawal is not answered');
  }
}
