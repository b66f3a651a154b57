import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { consumerState } from '../../../services/shared/bus/consumer-state.js';
import { provision } from '../../../services/shared/bus/provision.js';
import { publishOnce } from '../../../services/shared/bus/publish.js';
import { ONE_MACHINE, type StreamPlan, sources, streamsOf } from '../../../services/shared/bus/streams.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { pullNext } from '../../support/streams/pull-next.js';

const frameOf = (digit: string): string => digit.repeat(64);
const SUBMISSION = `${sources.out.subjects[0].replace('>', '')}${frameOf('a')}`;
const QUERY = `out.query.${frameOf('b')}`;

let broker: Broker;
beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol'] });
});
afterAll(() => broker.close());

const marker = (): string => broker.home.hub('provision', 'provisioned.json');
const provisioned = (): Record<string, string> =>
  (JSON.parse(readFileSync(marker(), 'utf8')) as { provisioned: Record<string, string> }).provisioned;

/** OUT as it was with one consumer for everything. */
function olderOut(): StreamPlan {
  const out = streamsOf('organisation', { ...ONE_MACHINE, orgs: broker.orgs }).find(
    ({ config }) => config.name === 'OUT',
  );
  const [{ revision: _, ...router } = { durable_name: '' }] = out?.consumers ?? [];
  if (out === undefined) throw new Error('no plan of OUT');
  return {
    config: { ...out.config, subjects: ['out.>'] },
    consumers: [{ ...router, filter_subjects: [] }],
  };
}

async function provisionOlder(): Promise<void> {
  await broker.stop();
  broker.eraseData();
  rmSync(marker());
  await broker.start();
  const connect = () => broker.connect('provision', 'europol');
  await provision([{ account: 'europol', streams: [olderOut()], retired: [], connect }], {
    markerFile: marker(),
    afterLoss: false,
    lost: new Set(),
    ahead: new Set(),
    onOlder: () => undefined,
  });
}

test('an OUT with one consumer gets a second one for questions, and keeps its messages and its epoch', async () => {
  await provisionOlder();
  const gateway = await broker.connect('gateway', 'europol');
  const router = await broker.connect('router', 'europol');
  for (const subject of [SUBMISSION, QUERY])
    expect(await publishOnce(gateway, { subject, bytes: Buffer.from(subject) })).toBe('stored');
  const { epoch, pending } = await consumerState(router, sources.out);
  expect(pending).toBe(2);

  const made = await broker.provision();
  expect(made).toEqual(
    expect.arrayContaining(['europol/OUT/@2', 'europol/OUT/queries', 'europol/OUT/router/@2']),
  );
  expect(made).not.toContain('europol/OUT');
  expect(made).not.toContain('europol/OUT/router');
  for (const source of [sources.out, sources.queries])
    expect(await consumerState(router, source), source.consumer).toMatchObject({ epoch, pending: 1 });
  const [submission, query] = [await pullNext(router, sources.out), await pullNext(router, sources.queries)];
  expect([submission.subject, query.subject]).toEqual([SUBMISSION, QUERY]);
  for (const one of [submission, query]) expect(await one.settle()).toBe(true);
  expect(await broker.count('europol', 'OUT')).toBe(0);
  expect(await broker.provision()).toEqual([]);
});

test('a run that ends before the second consumer exists is completed by the next one', async () => {
  await provisionOlder();
  const before = await broker.connect('provision', 'europol');
  await before.jsm.consumers.update('OUT', 'router', { filter_subjects: [...sources.out.subjects] });
  expect(await broker.provision()).toEqual(
    expect.arrayContaining(['europol/OUT/@2', 'europol/OUT/queries', 'europol/OUT/router/@2']),
  );
  // The consumer exists, and the marker does not say so yet.
  const { 'europol/OUT/queries': _, 'europol/OUT/router/@2': __, ...older } = provisioned();
  writeFileSync(marker(), JSON.stringify({ provisioned: older }));
  expect(await broker.provision()).toEqual(['europol/OUT/queries', 'europol/OUT/router/@2']);
  const router = await broker.connect('router', 'europol');
  expect((await consumerState(router, sources.queries)).pending).toBe(0);
});

test('a subject that no consumer of OUT gets is not stored', async () => {
  const gateway = await broker.connect('gateway', 'europol');
  const bytes = Buffer.from('x');
  await expect(publishOnce(gateway, { subject: `out.gossip.${frameOf('c')}`, bytes })).rejects.toThrow();
  expect(await broker.count('europol', 'OUT')).toBe(0);
});
