import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { until } from '../../support/until.js';
import type { Started } from '../start-gateway.js';
import type { PlayedEntries } from './play-entries.js';
import { isRaised, LONG_OWED_MS, OWED_MS, proofAt, startWatched, type Watched } from './watched-records.js';

let played: Watched;
let log: PlayedEntries;
let originator: Started;
let recipient: Started;
let aheadMs = 0;
const clock = (): Date => new Date(Date.now() + aheadMs);

const start = async (owedMs?: number): Promise<void> => {
  played = await startWatched(clock, owedMs);
  ({ log, originator, recipient } = played);
};
beforeEach(() => {
  aheadMs = 0;
});

const reported = async (): Promise<string> => (await played.reported()).record;

describe('gateway: a record that the hub signed, while a clock is wrong,', () => {
  test('is not missing within the time owed, however far the clock of the auditor is ahead of the gateways', async () => {
    await start(LONG_OWED_MS);
    const ahead = setInterval(() => (log.heartbeat = new Date(Date.now() + 2 * LONG_OWED_MS)), 50);
    onTestFinished(() => clearInterval(ahead));
    const record = await reported();
    await until('some questions', () => log.asked() > 2);
    await log.append(record);
    await until('both proofs', () => proofAt(originator, record) && proofAt(recipient, record));
    expect(played.lines.filter(({ alarm }) => alarm === 'record-missing')).toEqual([]);
  });

  test('is not missing after a time in which gateway and auditor were off, while the hub shows older heartbeats', async () => {
    await start();
    log.heartbeat = clock();
    const record = await reported();
    await originator.stop();
    aheadMs = 6 * OWED_MS;
    originator = await played.startAgain();
    const asked = log.asked();
    await until('some questions', () => log.asked() > asked + 2);
    expect(isRaised(originator)).toBe(false);
    await log.append(record);
    await until('the proof', () => proofAt(originator, record));
    expect(isRaised(originator)).toBe(false);
  });

  test('is asked about again once the clock of the gateway, which was a day ahead at the last question, is right', async () => {
    await start();
    const record = await reported();
    aheadMs = 86_400_000;
    const isPutOff = (): boolean =>
      (originator.store.logProofs.nextDue(Infinity) ?? 0) > Date.now() + aheadMs / 2;
    await until('a question while it is ahead', isPutOff);
    aheadMs = 0;
    await log.append(record);
    await until('the proof', () => proofAt(originator, record));
  });
});
