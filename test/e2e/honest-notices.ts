import { expect } from 'vitest';
import { startFederation } from '../support/federation.js';

const RATE = '40';

/**
 * Sends this many notices through an honest federation: nothing is lost, and no process has or had an
 * alarm but the one that says that the federation is new.
 */
export async function expectNoAlarm(notices: number): Promise<void> {
  await using federation = await startFederation({ env: { LIAISON_SETTLE_SECONDS: '180' } });
  const words = ['--count', `${notices}`, '--rate', RATE, '--rogue', '0', '--json'];
  const { code, records, stderr } = await federation.cli('simulate', ...words);
  const none = { missing: 0, lacking: 0, duplicates: 0, unverified: 0, withheldLeaks: 0, overdue: 0 };
  expect(records.at(-1), stderr).toMatchObject({ submitted: notices, refused: 0, ...none });
  expect(code).toBe(0);
  const status = await federation.cli('status', '--json');
  expect(status.records).toMatchObject([{ alarms: [{ alarm: 'adopted-first', count: 1 }] }]);
}
