import { writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Chance, createChance } from '../../services/shared/kernel/chance.js';
import { parseDraft } from '../../services/shared/notice/draft.js';
import { readDirectory } from '../../services/shared/trust/read-directory.js';
import { readSecret } from '../../services/shared/trust/secret-file.js';
import { createNoticePlans, type NoticePlans } from '../../services/simulator/act-on-notices.js';
import { createCanaryIndex } from '../../services/simulator/canary-search.js';
import { createLocalSystemClient, type LocalSystemClient } from '../../services/simulator/gateway-http.js';
import { createInspector } from '../../services/simulator/inspect-recipient.js';
import { type Member, readMembers } from '../../services/simulator/members.js';
import { createReceiptBook } from '../../services/simulator/receipt-book.js';
import { createSettling } from '../../services/simulator/settling.js';
import { type SentNotice, summarise } from '../../services/simulator/summary.js';
import { example, type Started, startGateway } from '../gateway/start-gateway.js';
import { startHub, type TestHub } from '../support/hub.js';
import { until } from '../support/until.js';

const ORGS = ['afripol', 'europol'];
let hub: TestHub;
let gateways: readonly Started[];
let europol: Member;
let afripol: Member;

beforeAll(async () => {
  hub = await startHub({ orgs: ORGS });
  await hub.open(await hub.start());
  gateways = await Promise.all(ORGS.map((org) => startGateway(hub.broker, org, { clock: hub.clock })));
  const urls = Object.fromEntries(ORGS.map((org, index) => [org, gateways[index]?.gateway.url]));
  const { home, url: nats } = hub.broker;
  writeFileSync(home.run, JSON.stringify({ pid: process.pid, nats, gateways: urls }));
  [afripol, europol] = (await readMembers(home)) as [Member, Member];
});
afterAll(async () => {
  await Promise.all((gateways ?? []).map((gateway) => gateway.stop()));
  await hub?.close();
});

/** Plans with these steps for every notice, and the codes of the steps that a gateway refused. */
function plansOf(...steps: readonly string[]): NoticePlans & { readonly refused: readonly string[] } {
  const chance: Chance = {
    ...createChance(1),
    weighted: (plans) => plans.find(([plan]) => String(plan) === String(steps))?.[0] ?? plans[0]![0],
    // Whole notices, not single sections.
    next: () => 0,
  };
  const refused: string[] = [];
  const onRefused = (_id: string, verb: string, code: string): void => void refused.push(`${verb} ${code}`);
  return {
    ...createNoticePlans({ chance, onInvented: () => {}, onRefused, now: () => hub.clock().getTime() }),
    refused,
  };
}

/** Submits a notice and follows it by the plans of `plans`. */
async function follow(plans: NoticePlans, gateway: LocalSystemClient = europol.gateway) {
  const { header, sections } = example('red');
  const draft = parseDraft({ header: { ...header, addressees: ['afripol'] }, sections });
  const answer = await europol.gateway.submit(draft, crypto.randomUUID(), AbortSignal.timeout(120_000));
  const id = answer.type === 'accepted' ? answer.id : '';
  plans.plan(id, draft);
  const settling = createSettling([gateway], plans);
  settling.follow({
    originator: europol.org,
    id,
    at: hub.clock(),
    canaries: new Map([['identity', '0'.repeat(32)]]),
  });
  return { id, settling };
}

async function summaryOf(notices: readonly SentNotice[]) {
  const inspector = createInspector(afripol, {
    receipts: createReceiptBook(),
    canaries: createCanaryIndex(),
  });
  const directory = await readDirectory(hub.broker.home);
  const since = new Date(0);
  const found = await inspector.look({ notices, forbidden: [], since, directory, now: hub.clock() });
  return summarise(notices, [found]);
}

test.each(['restrict', 'withdraw', 'suspend'])(
  'a notice whose %s is carried out after the simulation stopped following it is not missing',
  async (verb) => {
    const plans = plansOf(...(verb === 'suspend' ? ['suspend', 'resume'] : [verb]));
    const { id, settling } = await follow(plans);
    const isOrdered = (): boolean => gateways[1]!.store.items.of('', id).length > 0;
    await until('the order', isOrdered);
    const notices = [...(await settling.stop()), ...settling.takeSettled()];
    const isShown = (): boolean => gateways[0]!.store.inbox.find('europol', id) !== undefined;
    await until('the order to be carried out', () => !isShown());
    expect(await summaryOf(notices)).toMatchObject({ submitted: 1, missing: 0, unverified: 0, lacking: 0 });
  },
);

test.each([[['amend']], [['suspend', 'resume']]])(
  'the request of the plan %s is repeated unchanged after its answer was lost',
  async (steps) => {
    const plans = plansOf(...steps);
    await using losing = await startLosingProxy(europol);
    const { id, settling } = await follow(plans, losing.gateway);
    await settling.untilSettled(AbortSignal.timeout(120_000));
    await settling.stop();
    const [notice, ...others] = settling.takeSettled();
    expect([plans.refused, others, losing.lost()]).toEqual([[], [], 1]);
    const { actions } = await europol.gateway.life(id);
    const verbs = [...(notice?.earlier ?? []).map(() => 'amend'), ...actions.map(({ verb }) => verb)];
    expect(verbs).toEqual(steps);
    expect(await summaryOf(notice ? [notice] : [])).toMatchObject({ submitted: 1, missing: 0, lacking: 0 });
  },
);

test('a search finds what arrived after a notice that was resumed since', async () => {
  const isShown = (id: string): boolean => gateways[0]!.store.inbox.find('europol', id) !== undefined;
  const { id: resumed, settling } = await follow(plansOf());
  await until('the first notice', () => isShown(resumed));
  const order = (verb: string, body: object) =>
    europol.gateway.order(resumed, { verb, body }, `${verb}-${resumed}`);
  const day = new Date(hub.clock().getTime() + 86_400_000);
  await order('suspend', { reason: 'under-review', until: `${day.toISOString().slice(0, 19)}Z` });
  await until('the suspension', () => !isShown(resumed));
  const later = await follow(plansOf());
  await until('the later notice', () => isShown(later.id));
  await order('resume', {});
  await until('the resume', () => isShown(resumed));
  await Promise.all([settling, later.settling].map((one) => one.stop()));
  const since = new Date(gateways[0]!.store.inbox.find('europol', later.id)!.at);
  const found: string[] = [];
  for await (const { id } of afripol.gateway.inbox(since)) found.push(id);
  expect(found.slice(0, 2)).toEqual([resumed, later.id]);
});

/** A proxy of a gateway that loses the answer to the first request that changes something. */
async function startLosingProxy({ org }: Member) {
  let lost = 0;
  const { gateway } = gateways[1]!;
  const server = createServer((incoming, outgoing) => {
    const { method, headers, url = '' } = incoming;
    const asked = request(new URL(url, gateway.url), { method, headers }, (answer) => {
      if (method === 'POST' && lost === 0) {
        lost += 1;
        answer.resume().on('end', () => outgoing.destroy());
      } else answer.pipe(outgoing.writeHead(answer.statusCode ?? 500, answer.headers));
    });
    incoming.pipe(asked);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    gateway: createLocalSystemClient({ org, url, token: readSecret(hub.broker.home.org(org, 'token')) }),
    lost: () => lost,
    [Symbol.asyncDispose]: async (): Promise<void> => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
