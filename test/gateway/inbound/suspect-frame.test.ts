import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FrameId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import { openOpeningMarks } from '../../../services/shared/store/opening-marks.js';
import { readAnchor } from '../../../services/shared/trust/read-directory.js';
import { createOpenAlone, type OpenAlone } from '../../../services/shared/trust/suspect/open-alone.js';
import { subjects } from '../../../services/shared/wire/subjects.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { craft, type Crafted, someFrame } from '../craft.js';
import { type Hub, playHub } from '../play-hub.js';
import { startGateway, type Started } from '../start-gateway.js';

const [europol, afripol] = [parseOrgId('europol'), parseOrgId('afripol')];
const SLOTS = 32;

let broker: Broker;
let hub: Hub;
const started: Started[] = [];

beforeEach(async () => {
  broker = await startBroker({ orgs: [europol, afripol] });
  const gateway = await startGateway(broker, afripol, { offline: true });
  hub = await playHub(broker, gateway.identity.directory.current());
  await gateway.stop();
});
afterEach(async () => {
  await Promise.all([...started.splice(0).map((one) => one.stop()), hub?.stop()]);
  await broker?.close();
});

async function start(org: string, options: Parameters<typeof startGateway>[2] = {}): Promise<Started> {
  const gateway = await startGateway(broker, org, options);
  started.push(gateway);
  return gateway;
}

interface Waiting {
  readonly frame: FrameId;
  readonly gift: Crafted;
}

/** Puts a delivery into the stream IN of an organisation. */
async function deliver(to = afripol, originator = europol): Promise<Waiting> {
  const [frame, gift] = [someFrame(), await craft(broker, hub.directory, { originator })];
  await hub.deliver(to, { originator, frame, notices: [gift] });
  return { frame, gift };
}

const marksOf = (org = afripol): string => broker.home.org(org, 'frames.opening');

/** Leaves the file of marks as a process does that is killed while it opens these messages of its stream IN. */
function leaveMarked(...seqs: readonly number[]): void {
  const marks = openOpeningMarks(marksOf(), SLOTS);
  for (const seq of seqs) marks.begin(seq);
  marks.close();
}

const holds = ({ store }: Started, { gift }: Waiting, originator = europol): boolean =>
  store.inbox.find(originator, gift.notice.id) !== undefined;

const alarmsOf = ({ alarms }: Started) => alarms.list().filter(({ alarm }) => alarm === 'message-dropped');

/** Writes a child that does `does` with the deliveries of these frames, and opens any other. */
function childThat(does: string, ...waiting: readonly Waiting[]): string {
  const path = join(broker.home.root, 'child.cjs');
  const named = JSON.stringify(waiting.map(({ frame }) => subjects.delivery(europol, frame)));
  writeFileSync(
    path,
    `process.once('message', ({ alone }) => {
       process.send('started');
       if (${named}.includes(alone?.subject)) { ${does} }
       else process.send('opened', () => process.exit(0));
     });`,
  );
  return path;
}

const opening = (path: string): OpenAlone =>
  createOpenAlone({
    child: pathToFileURL(path),
    anchor: readAnchor(broker.home),
    directory: () => hub.directory,
    now: () => new Date(),
  });

const DIES = "process.kill(process.pid, 'SIGSEGV')";

describe('gateway inbound: a frame that was being opened when the process died', () => {
  test('is dropped as poison with an alarm after it crashes two child processes; frames behind it, and other gateways of the process, are not touched', async () => {
    const [poison, beside, behind] = [await deliver(), await deliver(), await deliver()];
    const toOther = await deliver(europol, afripol);
    leaveMarked(1, 2);
    const openAlone = opening(childThat(DIES, poison));
    const [gateway, other] = [await start(afripol, { openAlone }), await start(europol, { openAlone })];
    await until('the poison is dropped', () => gateway.store.rejected().length === 1);
    await until('the others are held', () => holds(gateway, beside) && holds(gateway, behind));
    await until('that of the other gateway is held', () => holds(other, toOther, afripol));
    const dropped = { frame: poison.frame, class: 'delivery', code: 'poison-frame' };
    expect(gateway.store.rejected()).toMatchObject([dropped]);
    expect(alarmsOf(gateway)).toMatchObject([{ code: 'poison-frame' }]);
    expect(holds(gateway, poison)).toBe(false);
    expect([other.store.rejected(), alarmsOf(other)]).toEqual([[], []]);
    await until('its stream is empty', async () => (await broker.count(afripol, 'IN')) === 0);
  });

  test('waits while child processes prove nothing about it, and is then taken', async () => {
    const waiting = await deliver();
    leaveMarked(1);
    const tries = join(broker.home.root, 'tries');
    writeFileSync(tries, '');
    const fails = `require('node:fs').appendFileSync(${JSON.stringify(tries)}, '.'); process.exit(1);`;
    const gateway = await start(afripol, { openAlone: opening(childThat(fails, waiting)) });
    await until('it was tried twice', () => readFileSync(tries, 'utf8').length > 1);
    expect([holds(gateway, waiting), gateway.store.rejected()]).toEqual([false, []]);
    childThat(DIES);
    await until('it is held', () => holds(gateway, waiting));
    expect(alarmsOf(gateway)).toEqual([]);
  });

  test('is opened by the child process of the built gateway, and then taken', async () => {
    const waiting = await deliver();
    leaveMarked(1);
    const gateway = await start(afripol);
    await until('it is held', () => holds(gateway, waiting));
  });
});

test('gateway inbound: a frame is marked while it is opened and not after it was taken or dropped, and no child process opens it', async () => {
  const [waiting, junk] = [await deliver(), someFrame()];
  await hub.publish(afripol, subjects.delivery(europol, junk), Buffer.from([0xff]));
  const marked = (): boolean => readFileSync(marksOf()).some((byte) => byte !== 0);
  let [isMarked, alone] = [false, 0];
  const gateway = await start(afripol, {
    // What opens a frame reads the clock.
    clock: () => {
      isMarked ||= marked();
      return new Date();
    },
    openAlone: async () => {
      alone += 1;
      return 'opened';
    },
  });
  await until(
    'one is held and one dropped',
    () => holds(gateway, waiting) && gateway.store.rejected().length === 1,
  );
  await until('its stream is empty', async () => (await broker.count(afripol, 'IN')) === 0);
  expect([isMarked, alone]).toEqual([true, 0]);
  await until('no mark is left', () => !marked());
});
