import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { pause } from '../../../services/shared/kernel/pause.js';
import { cosign } from '../../../services/shared/tlog/cosignature.js';
import { formatSignatureLine, parseNote } from '../../../services/shared/tlog/signed-note.js';
import { formatVkey } from '../../../services/shared/tlog/vkey.js';
import { parseWitnessPolicy, type WitnessPolicy } from '../../../services/shared/tlog/witness-policy.js';
import { logKey, witnessKey } from '../../shared/tlog/log-keys.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { memberCosignature } from '../../shared/tlog/member-cosignature.js';
import { type Hub, playHub } from '../play-hub.js';
import { startGateway, type Started } from '../start-gateway.js';
import { type PlayedLog, playLog } from './play-log.js';

const ORGS = ['afripol', 'europol', 'interpol'];
const UNWITNESSED_MS = 3_000;
let broker: Broker;
let hub: Hub;
let log: PlayedLog;
let gateway: Started;

beforeEach(async () => {
  broker = await startBroker({ orgs: ORGS });
  gateway = await startGateway(broker, 'afripol', { settings: { unwitnessedMs: UNWITNESSED_MS } });
  hub = await playHub(broker, gateway.identity.directory.current());
  log = await playLog(broker, hub, { now: () => new Date() });
  hub.answer = () => ({ type: 'cosign' });
  await hub.serve('afripol');
});
afterEach(async () => {
  await Promise.all([gateway?.stop(), hub?.stop()]);
  await broker?.close();
});

const isRaised = (): boolean => gateway.alarms.list().some(({ alarm }) => alarm === 'unwitnessed');

const cosigned = (note: string, orgs: readonly string[]): Promise<readonly string[]> =>
  Promise.all(orgs.map((org) => memberCosignature(broker, org, note)));

/** Publishes a checkpoint again and again until the alarm is raised. */
async function showUntilAlarm(checkpoint: Parameters<PlayedLog['publish']>[1]): Promise<void> {
  const show = (): void => void log.publish('afripol', checkpoint).catch(() => undefined);
  show();
  const again = setInterval(show, 500);
  await until('the alarm', isRaised).finally(() => clearInterval(again));
}

describe('gateway: a log that no quorum of witnesses is shown for', () => {
  test('is an alarm until cosignatures of more than two thirds arrive, over this checkpoint or the one before', async () => {
    const [first, second] = [log.note(5), log.note(7)];
    const cosignatures = await cosigned(first, ORGS);
    await showUntilAlarm({ note: first, size: 5, cosignatures: cosignatures.slice(1) });
    await log.publish('afripol', { note: first, size: 5, cosignatures });
    await until('its end', () => !isRaised());
    expect(await gateway.metrics()).toMatch(/liaison_gateway_unwitnessed_seconds \d/);
    await until('the alarm again', isRaised);
    await log.publish('afripol', { note: second, size: 7, cosignatures, proof: log.tree.proof(5, 7) });
    await until('its end', () => !isRaised());
  });

  test('a quorum over an old checkpoint, shown again and again, does not cover what was shown after it', async () => {
    const [first, second] = [log.note(5), log.note(7)];
    const cosignatures = await cosigned(first, ORGS);
    await log.publish('afripol', { note: first, size: 5, cosignatures });
    await showUntilAlarm({ note: second, size: 7, cosignatures, proof: log.tree.proof(5, 7) });
    await log.publish('afripol', { note: second, size: 7, cosignatures: await cosigned(second, ORGS) });
    await until('its end', () => !isRaised());
  });

  test('by a pinned policy its witnesses and logs alone count', async () => {
    const [foreign, listed] = [await logKey('demo/liaison/1'), await witnessKey('w.example')];
    const witness = `witness w ${formatVkey(listed.key)}\nquorum w\n`;
    const [own, other] = [witness, `log ${formatVkey(foreign.key)}\n${witness}`].map(parseWitnessPolicy);
    let logged = '';
    const to = { write: (line: string): void => void (logged += line) };
    const start = (org: string, witnessPolicy: WitnessPolicy | undefined): Promise<Started> => {
      const settings = { unwitnessedMs: UNWITNESSED_MS, witnessPolicy };
      return startGateway(broker, org, { settings, log: pino({ base: { org } }, to) });
    };
    const [byOwn, byOther] = [await start('europol', own), await start('interpol', other)];
    onTestFinished(async () => void (await Promise.all([byOwn.stop(), byOther.stop()])));
    const isRaisedAt = ({ alarms }: Started): boolean =>
      alarms.list().some(({ alarm }) => alarm === 'unwitnessed');
    await hub.serve('europol');
    await hub.serve('interpol');
    const note = log.note(5);
    const line = formatSignatureLine(cosign(parseNote(note).text, 1_900_000_000, listed.signer));
    const show = async (cosignatures: readonly string[]): Promise<void> => {
      for (const org of ['europol', 'interpol']) await log.publish(org, { note, size: 5, cosignatures });
    };
    await show(await cosigned(note, ORGS));
    await until('the alarms', () => isRaisedAt(byOwn) && isRaisedAt(byOther));
    await show([line]);
    await until('the end of the first', () => !isRaisedAt(byOwn));
    await until('a reading by the second', () => /"org":"interpol".*key-unknown/.test(logged));
    expect(isRaisedAt(byOther)).toBe(true);
  });

  test('checkpoints that cannot be read do not hold the alarm back', async () => {
    await showUntilAlarm({ note: log.note(5), size: 5, cosignatures: ['no signature'] });
  });

  test('short interruptions of the connection do not hold the alarm back', async () => {
    const isReached = async (): Promise<boolean> =>
      !JSON.stringify((await gateway.call('GET', '/readyz')).body).includes('unreachable');
    for (let cuts = 0; cuts < 8 && !isRaised(); cuts += 1) {
      await until('the connection', isReached);
      await pause(1_000);
      await broker.stop();
      await until('its end', async () => !(await isReached()));
      await pause(1_500);
      await broker.start();
    }
    expect(isRaised()).toBe(true);
  });
});
