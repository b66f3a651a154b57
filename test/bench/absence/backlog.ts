import { setTimeout as delay } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import { gatewayClient } from '../../../services/cli/http-client.js';
import { gatewayName } from '../../../services/cli/home/process-names.js';
import type { Federation } from '../../../services/cli/up/federation.js';
import { connectAs } from '../../../services/shared/bus/connect.js';
import { eraseMessage } from '../../../services/shared/bus/direct-get.js';
import { monitoringAt } from '../../../services/shared/bus/monitoring.js';
import { sources } from '../../../services/shared/bus/streams.js';
import { fail } from '../../../services/shared/kernel/errors.js';
import type { OrgId } from '../../../services/shared/kernel/ids.js';
import { inspectTimes } from '../../../services/shared/store/inspect-gateway.js';
import { readSecret } from '../../../services/shared/trust/secret-file.js';
import { seedPath } from '../../../services/cli/init/seed-path.js';
import { exampleDraft } from '../examples.js';
import type { BacklogResult } from './absence-figures.js';
import { readAwaited, readStored } from './absence-counts.js';
import { splitOrgs, withoutGateway } from './absent-gateway.js';

interface BacklogOptions {
  readonly unsettled: number;
  readonly quiet: number;
}

/** The kind of the submitted notices: missing person, which every sample policy delivers to some recipient. */
const KIND = 'yellow';
/** How long to wait until the frames are asked about at the longest interval. */
const CALM_MS = 120_000;
const PATIENCE_MS = 60_000;

/**
 * Measures a federation at rest while many frames wait for a frozen gateway, and the time until a lost delivery is replaced.
 */
export async function measureBacklog(
  federation: Federation,
  { unsettled, quiet }: BacklogOptions,
  say: (words: string) => void,
): Promise<BacklogResult> {
  const { absent, others } = splitOrgs(federation.orgs);
  const restPerSecond = await storedPerSecond(federation, quiet);
  let result: BacklogResult | undefined;
  await withoutGateway(federation, absent, async () => {
    say(`${unsettled} frames that only ${absent} can settle`);
    await submitBacklog(federation, { absent, others, count: unsettled });
    const waiting = await readAwaited(federation, others);
    if (waiting.receipts < unsettled) throw fail('internal', `only ${waiting.receipts} frames are unsettled`);
    await delay(Math.min(CALM_MS, quiet));
    const perSecond = await storedPerSecond(federation, quiet);
    say(`${perSecond.toFixed(2)} messages/s, ${restPerSecond.toFixed(2)} at rest`);
    result = {
      unsettled: waiting.receipts,
      restPerSecond,
      perSecond,
      recoveredSeconds: await loseDelivery(federation, others),
    };
  });
  if (result === undefined) throw fail('internal', 'no result');
  return result;
}

interface Backlog {
  readonly absent: OrgId;
  readonly others: readonly OrgId[];
  readonly count: number;
}

/** Submits in parallel from each organisation whose notices the absent one gets. */
async function submitBacklog(federation: Federation, { absent, others, count }: Backlog): Promise<void> {
  const first = await Promise.all(
    others.map(async (org) => ({ org, isWaiting: await submitAlone(federation, org, absent) })),
  );
  const senders = first.flatMap(({ org, isWaiting }) => (isWaiting ? [org] : []));
  const each = Math.ceil(count / senders.length) - 1;
  await Promise.all(
    senders.map(async (org) => {
      for (let sent = 0; sent < each; sent += 1) await submitAlone(federation, org, absent);
    }),
  );
}

async function storedPerSecond(federation: Federation, ms: number): Promise<number> {
  const [before, began] = [await readStored(federation), performance.now()];
  await delay(ms);
  return ((await readStored(federation)) - before) / ((performance.now() - began) / 1000);
}

/**
 * Submits a notice to one recipient and waits for its report, so that each notice has its own frame; true if the notice then
 * waits.
 */
async function submitAlone({ home, run }: Federation, org: OrgId, absent: OrgId): Promise<boolean> {
  const client = gatewayClient(home, run, org);
  const draft = exampleDraft(KIND, { addressees: [absent] });
  const { id } = (await client.post('/v1/notices', draft, { 'idempotency-key': uuidv7() })) as Accepted;
  for (let state = 'queued'; ; ) {
    await delay(10);
    ({ state } = (await client.get(`/v1/notices/${id}`)) as { readonly state: string });
    if (state !== 'queued') return state === 'routed';
  }
}

interface Accepted {
  readonly id: string;
}

/**
 * Loses one delivery between two of the others in the recipient's IN, while its gateway is killed and starts again: a frozen
 * gateway has fetched it already. Resolves with the seconds from the submission until the notice is held.
 */
async function loseDelivery(federation: Federation, others: readonly OrgId[]): Promise<number> {
  const { home, run, pid } = federation;
  const [originator, recipient] = others;
  if (originator === undefined || recipient === undefined) throw fail('internal', 'too few organisations');
  const gateway = pid(gatewayName(recipient));
  if (gateway === undefined) throw fail('internal', `no gateway of ${recipient} runs`);
  process.kill(gateway, 'SIGKILL');
  const began = Date.now();
  if (!(await submitAlone(federation, originator, recipient)))
    throw fail('internal', `${recipient} does not get what ${originator} submits`);
  await eraseDeliveries(federation, recipient);
  const heldSince = (): number | undefined =>
    inspectTimes(home.org(recipient, 'gateway.db'), { from: began, to: began }).held[0]?.at;
  if (heldSince() !== undefined) throw fail('internal', `${recipient} was back before the delivery was lost`);
  for (const end = began + PATIENCE_MS; Date.now() < end; await delay(100)) {
    const at = heldSince();
    if (at !== undefined) return (at - began) / 1000;
  }
  throw fail(
    'timed-out',
    `the gateway of ${recipient} in ${run.gateways[recipient]} does not hold the notice`,
  );
}

/** Deletes the messages in an organisation's IN. */
async function eraseDeliveries({ home, run }: Federation, org: OrgId): Promise<void> {
  const { stream } = sources.in;
  const queues = await monitoringAt(run.monitor).queues();
  const inbox = queues.find((one) => one.account === org && one.stream === stream);
  if (inbox === undefined || inbox.messages === 0) throw fail('internal', 'no delivery lies in IN');
  const seed = readSecret(seedPath(home, org, { role: 'router' }));
  const onConnectionEvent = (): void => undefined;
  const bus = await connectAs({
    servers: run.nats,
    seed,
    role: 'router',
    name: 'bench-absence',
    onConnectionEvent,
  });
  try {
    for (let { first: seq } = inbox; seq <= inbox.last; seq += 1) await eraseMessage(bus, { stream, seq });
  } finally {
    await bus.close();
  }
}
