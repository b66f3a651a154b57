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

/** The kind sent: missing person, which every sample policy lets through to a recipient. */
const KIND = 'yellow';
/** How long the frames get to be asked about as rarely as possible. */
const CALM_MS = 120_000;
const PATIENCE_MS = 60_000;

/** Measures a federation at rest while many frames wait for a gateway that is frozen, and how soon a lost delivery is made good. */
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
    await Promise.all(
      others.map((org) => submitAlone(federation, { org, absent, count: share(unsettled, others, org) })),
    );
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

const share = (count: number, others: readonly OrgId[], org: OrgId): number =>
  Math.floor(count / others.length) + (others.indexOf(org) < count % others.length ? 1 : 0);

async function storedPerSecond(federation: Federation, ms: number): Promise<number> {
  const [before, began] = [await readStored(federation), performance.now()];
  await delay(ms);
  return ((await readStored(federation)) - before) / ((performance.now() - began) / 1000);
}

interface Submitting {
  readonly org: OrgId;
  readonly absent: OrgId;
  readonly count: number;
}

/** Submits notices to one recipient, each in a frame of its own: the next leaves when the last is reported. */
async function submitAlone({ home, run }: Federation, { org, absent, count }: Submitting): Promise<void> {
  const client = gatewayClient(home, run, org);
  const draft = exampleDraft(KIND, { addressees: [absent] });
  for (let each = 0; each < count; each += 1) {
    const { id } = (await client.post('/v1/notices', draft, { 'idempotency-key': uuidv7() })) as {
      id: string;
    };
    for (let state = 'queued'; state === 'queued'; ) {
      await delay(10);
      ({ state } = (await client.get(`/v1/notices/${id}`)) as { state: string });
    }
  }
}

/** Loses one delivery between two of the others in the recipient's IN; resolves with the seconds until it is held. */
async function loseDelivery(federation: Federation, others: readonly OrgId[]): Promise<number> {
  const { home, run } = federation;
  const [originator, recipient] = others;
  if (originator === undefined || recipient === undefined) throw fail('internal', 'too few organisations');
  const client = gatewayClient(home, run, originator);
  const draft = exampleDraft(KIND, { addressees: [recipient] });
  const began = Date.now();
  let id = '';
  await withoutGateway(federation, recipient, async () => {
    ({ id } = (await client.post('/v1/notices', draft, { 'idempotency-key': uuidv7() })) as { id: string });
    await eraseDeliveries(federation, recipient);
  });
  for (const end = began + PATIENCE_MS; Date.now() < end; ) {
    const { held } = inspectTimes(home.org(recipient, 'gateway.db'), { from: began, to: began });
    const found = held.find((one) => one.id === id);
    if (found !== undefined) return (found.at - began) / 1000;
    await delay(100);
  }
  throw fail('timed-out', `${gatewayName(recipient)} does not hold the notice`);
}

/** Erases what lies in an organisation's IN, once something does. */
async function eraseDeliveries({ home, run }: Federation, org: OrgId): Promise<void> {
  const { stream } = sources.in;
  const inboxOf = async () =>
    (await monitoringAt(run.monitor).queues()).find((one) => one.account === org && one.stream === stream);
  let inbox = await inboxOf();
  for (
    const end = Date.now() + PATIENCE_MS;
    inbox?.messages === 0 && Date.now() < end;
    inbox = await inboxOf()
  ) {
    await delay(50);
  }
  if (inbox === undefined || inbox.messages === 0) throw fail('timed-out', 'no delivery arrived');
  const seed = readSecret(seedPath(home, org, { role: 'router' }));
  const bus = await connectAs({
    servers: run.nats,
    seed,
    role: 'router',
    name: 'bench-absence',
    onConnectionEvent: () => {},
  });
  try {
    for (let seq = inbox.first; seq <= inbox.last; seq += 1) await eraseMessage(bus, { stream, seq });
  } finally {
    await bus.close();
  }
}
