import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { commandSteps, type CommandSteps } from '../../../services/router/quarantine/commands.js';
import { fail } from '../../../services/shared/kernel/errors.js';
import { noticeSteps, type RecipeSteps } from '../../../services/router/frames/recipe.js';
import { startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import { quarantined } from '../../support/hub-reads.js';
import type { PlayedGateway } from '../../support/played-gateway.js';
import { type PlayedOperator, playOperator } from '../../support/played-operator.js';
import { until } from '../../support/until.js';
import { type LateFrame, lateFrame } from '../receipts/late-key.js';

type Step = 'open' | 'accept' | 'replay' | 'conclude' | 'clear';

let hub: TestHub;
let europol: PlayedGateway;
let interpol: PlayedGateway;
let operator: PlayedOperator;
let late: LateFrame;
let running: TestRouter;
beforeEach(async () => {
  hub = await startHub({ orgs: ['europol', 'interpol'] });
  running = await hub.start();
  await hub.open(running);
  [europol, interpol] = await Promise.all([hub.gateway('europol'), hub.gateway('interpol')]);
  // No gateway reads its IN yet, so that a second delivery of the same frame shows as a duplicate.
  await europol.listen();
  operator = await playOperator(hub);
  late = await lateFrame(hub, europol, 2);
  await europol.send(late);
  await until('the quarantine', async () => (await quarantined(running.core)).length === 1);
  await late.list();
  await running.stop();
});
afterEach(() => hub.close());

/** Steps that throw once before or after one of them, as a crash would; what was stored stays stored. */
function dyingOnce(step: Step, when: 'before' | 'after', died: () => void): CommandSteps {
  let alive = true;
  const around = async <T>(name: Step, work: () => Promise<T>): Promise<T> => {
    if (name !== step || !alive) return work();
    if (when === 'after') await work();
    alive = false;
    died();
    throw new Error('killed');
  };
  return {
    open: (of, delivery) => around('open', () => commandSteps.open(of, delivery)),
    record: (of, order, said) =>
      around('outcome' in said && said.outcome === 'accepted' ? 'accept' : 'conclude', () =>
        commandSteps.record(of, order, said),
      ),
    replay: (...args) => around('replay', () => commandSteps.replay(...args)),
    clear: (of, order) => around('clear', () => commandSteps.clear(of, order)),
  };
}

/** Checks one delivery, one final record on the ledger, and no bytes left in quarantine. */
async function expectOnce(router: TestRouter): Promise<void> {
  await until('the command to be taken', async () => (await hub.broker.count('COMMAND', 'COMMAND')) === 0);
  await interpol.listen({ receipts: true });
  await until('the delivery', () => interpol.held.some(({ frame }) => frame === late.id));
  await until('both records', async () => (await operator.records()).length === 2);
  expect((await operator.records()).map(({ part }) => part.outcome)).toEqual(['accepted', 'routed']);
  expect(interpol.held.filter(({ frame }) => frame === late.id)).toHaveLength(1);
  expect((await hub.auditor.records()).filter(({ type }) => type === 'report')).toHaveLength(1);
  await until('the erasure', async () => (await quarantined(router.core)).length === 0);
  expect(
    hub.events.filter(({ event, ...about }) => event === 'security' && about['what'] === 'command'),
  ).toEqual([]);
}

describe('router: a replay that keeps failing', () => {
  test('raises an alarm, ends as refused with the code of the failure, and does not block the next command', async () => {
    const steps: RecipeSteps = {
      ...noticeSteps,
      deliver: async () => {
        throw fail('full', 'no room');
      },
    };
    const router = await hub.start({ steps, openAlone: async () => 'opened' });
    await hub.open(router);
    const replay = await operator.sign({ verb: 'replay', entry: late.entry });
    await operator.publish(replay.token);
    const next = await operator.sign({ verb: 'dry-run', entry: late.entry });
    await operator.publish(next.token, 'dry-run');
    expect((await operator.ended(replay.id)).part).toMatchObject({ outcome: 'refused', code: 'full' });
    expect((await operator.ended(next.id)).part).toMatchObject({ outcome: 'would-route' });
    const stuck = () => hub.events.filter((event) => event['what'] === 'command-stuck');
    await until('the alarm', () => stuck().length > 0);
    expect(stuck()).toHaveLength(1);
  });
});

describe('router: a crash at any step of a replay is repaired by running it again', () => {
  test.each([
    ['open', 'before'],
    ['open', 'after'],
    ['accept', 'after'],
    ['replay', 'after'],
    ['conclude', 'before'],
    ['conclude', 'after'],
    ['clear', 'after'],
  ] as const)('%s: %s', { tags: ['long'] }, async (step, when) => {
    let died = false;
    const first = await hub.start({ commandSteps: dyingOnce(step, when, () => (died = true)) });
    await hub.open(first);
    await operator.publish((await operator.sign({ verb: 'replay', entry: late.entry })).token);
    await until('the crash', () => died);
    await first.stop();
    const second = await hub.start();
    await hub.open(second);
    await expectOnce(second);
  });

  test('within the recipe, even after the command has expired', async () => {
    let died = false;
    const steps: RecipeSteps = {
      ...noticeSteps,
      deliver: async () => {
        died = true;
        throw new Error('killed');
      },
    };
    const first = await hub.start({ steps });
    await hub.open(first);
    await operator.publish((await operator.sign({ verb: 'replay', entry: late.entry })).token);
    await until('the crash', () => died);
    await first.stop();
    hub.clock.move(300_000);
    const second = await hub.start();
    await hub.open(second);
    await expectOnce(second);
  });
});
