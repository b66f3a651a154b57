import { afterAll, beforeAll, expect, test } from 'vitest';
import { viewOwnStages } from '../../../services/gateway/life/own-stages.js';
import { equalDeadlines } from '../../../services/shared/notice/deadlines.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { type Hub, playHub } from '../play-hub.js';
import { example, startGateway, type Started } from '../start-gateway.js';

const HOUR_MS = 3_600_000;
let broker: Broker;
let hub: Hub;
let europol: Started;
let afripol: Started;

beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol', 'aseanapol'] });
  const settings = { deadlines: equalDeadlines(3_600) };
  [europol, afripol] = await Promise.all([
    startGateway(broker, 'europol', { settings }),
    startGateway(broker, 'afripol'),
  ]);
  hub = await playHub(broker, europol.identity.directory.current());
  hub.rule = ({ sections }, to) => (to === 'afripol' ? sections.slice(0, 2) : undefined);
  await hub.serve('europol', 'afripol');
});
afterAll(async () => {
  await Promise.all([europol?.stop(), afripol?.stop(), hub?.stop()]);
  await broker?.close();
});

type Stages = ReturnType<typeof viewOwnStages>;
type Shown = Stages['stages'][number];

async function submit(): Promise<string> {
  return String((await europol.call('POST', '/v1/notices', { body: example('red') })).body['id']);
}
const stateOf = (id: string) => europol.store.own.find(id)?.state;
const shown = async (id: string): Promise<Stages> =>
  (await europol.call('GET', `/v1/notices/${id}/stages`)).body as unknown as Stages;
/** The stages as the gateway of europol shows them this much later. */
function shownAfter(id: string, ms: number): Stages {
  const clock = (): Date => new Date(Date.now() + ms);
  const own = europol.store.own.find(id);
  if (own === undefined) throw new Error('unknown');
  const { store, identity } = europol;
  return viewOwnStages(
    { store, identity: { org: identity.org, clock }, deadlines: equalDeadlines(3_600) },
    own,
  );
}
const summaryOf = (stages: readonly Shown[] = []): readonly string[] =>
  stages.map(({ stage, outcome, word, by }) => `${stage} ${outcome} ${word} ${by ?? '-'}`);
const stagesAt = ({ recipients }: Stages, org: string): readonly Shown[] =>
  recipients.find((one) => one.org === org)?.stages ?? [];

test('a settled notice has its stages with the signer, the key, the time and the deadline of each', async () => {
  const id = await submit();
  await until('it is settled', () => stateOf(id) === 'settled');
  const all = await shown(id);
  expect(summaryOf(all.stages)).toEqual(['accepted positive accepted hub']);
  expect(summaryOf(stagesAt(all, 'afripol'))).toEqual([
    'routed positive redacted hub',
    'delivered positive delivered afripol',
    'held positive held afripol',
  ]);
  expect(summaryOf(stagesAt(all, 'aseanapol'))).toEqual(['routed negative denied hub']);
  const [routed, , held] = stagesAt(all, 'afripol');
  expect([routed?.kid, held?.kid]).toEqual([hub.signer.kid, 'afripol:receipt:1']);
  const submitted = europol.store.own.find(id)?.at ?? 0;
  expect(held?.deadline).toBe(new Date(submitted + HOUR_MS).toISOString());
  expect(Math.abs(Date.parse(held?.at ?? '') - submitted)).toBeLessThan(60_000);
});

test('a notice without a report or receipt is open until its deadline, and then negative by the word of its originator', async () => {
  hub.lose.add('delivery');
  const undelivered = await submit();
  await until('its report', () => stateOf(undelivered) === 'routed');
  hub.lose.add('report');
  const unreported = await submit();
  const last = (id: string, ms: number): string | undefined =>
    summaryOf([...shownAfter(id, ms).stages, ...stagesAt(shownAfter(id, ms), 'afripol')]).at(-1);
  expect(last(unreported, 0)).toBe('accepted open queued -');
  expect(last(unreported, HOUR_MS)).toBe('accepted negative no-evidence europol');
  expect(last(undelivered, 0)).toBe('delivered open awaited -');
  expect(last(undelivered, HOUR_MS)).toBe('delivered negative no-evidence europol');
  hub.lose.clear();
});

test('an action without an answer is the open stage acted, and no receipt is awaited after the end of the notice', async () => {
  const id = await submit();
  await until('it is settled', () => stateOf(id) === 'settled');
  await europol.call('POST', `/v1/notices/${id}/withdraw`, { body: { reason: 'basis-gone' } });
  await until('the report on the withdrawal', async () => stagesAt(await shown(id), 'afripol').length === 4);
  expect(stagesAt(await shown(id), 'afripol').at(-1)).toMatchObject({
    stage: 'acted',
    outcome: 'open',
    word: 'owed',
    verb: 'withdraw',
  });
  const digest = europol.store.items.of('', id)[0]?.digest ?? '';
  const word = { digest, org: 'afripol', type: 'destroyed', code: null, at: Date.now(), kid: 'k' };
  await europol.store.commit(() =>
    europol.store.items.answered([{ ...word, before: null, after: null, receipt: 'jws' }]),
  );
  expect(summaryOf(stagesAt(shownAfter(id, HOUR_MS), 'afripol'))).toEqual([
    'routed positive redacted hub',
    'delivered positive delivered afripol',
    'held positive held afripol',
    'acted positive destroyed afripol',
  ]);
});

test('a notice that the hub refused is not accepted, by the signed code, and one that was never sent has no stage', async () => {
  hub.refuseNotice = () => 'superseded';
  const refused = await submit();
  await until('it is refused', () => stateOf(refused) === 'refused');
  hub.refuseNotice = () => undefined;
  expect((await shown(refused)).stages).toMatchObject([
    { stage: 'accepted', outcome: 'negative', word: 'refused', code: 'superseded', by: 'hub' },
  ]);
  expect((await shown(refused)).recipients).toEqual([]);
  const about = { revision: 1, kind: 'red', digest: 'd', exp: 9e9, at: 1, listed: null, header: '{}' };
  await europol.store.commit(() => {
    europol.store.own.insert({ ...about, id: 'unsent', number: 1, sdJwt: 't' });
    europol.store.ends.end('unsent', { ending: 'withdrawn', reason: 'basis-gone', at: 2 });
  });
  expect(shownAfter('unsent', HOUR_MS)).toMatchObject({ stages: [], recipients: [] });
});

test('a disputed receipt makes the stage delivered `delivery-differs`, and what a holder signs later about its copy makes the stage acted', async () => {
  const held = await submit();
  await until('it is settled', () => stateOf(held) === 'settled');
  hub.lose.add('delivery');
  const disputed = await submit();
  await until('its report', () => stateOf(disputed) === 'routed');
  hub.lose.clear();
  const { own, settlement } = europol.store;
  const [{ seq: heldSeq = 0, frame: heldFrame = 0 } = {}, { seq = 0, frame = 0 } = {}] = [held, disputed].map(
    (id) => own.find(id),
  );
  const by = { org: 'afripol', at: Date.now() + 1_000, kid: 'k' };
  const entry = { place: 0, own: heldSeq, type: 'destroyed', code: 'expired' };
  await europol.store.commit(() => {
    settlement.disputed({ ...by, frame: frame ?? 0, notices: [{ own: seq, type: 'held' }] });
    settlement.changed({ ...by, jws: 'jws', words: [{ frame: heldFrame ?? 0, entries: [entry] }] });
  });
  expect(summaryOf(stagesAt(await shown(disputed), 'afripol')).slice(1)).toEqual([
    'delivered negative delivery-differs afripol',
  ]);
  expect(summaryOf(stagesAt(await shown(held), 'afripol')).slice(1)).toEqual([
    'delivered positive delivered afripol',
    'held positive held afripol',
    'acted positive destroyed afripol',
  ]);
});
