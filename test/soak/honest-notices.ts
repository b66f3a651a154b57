import { expect } from 'vitest';
import type { Status } from '../../services/cli/status/read-status.js';
import { startFederation } from '../support/federation.js';
import { until } from '../support/until.js';

const RATE = '20';

/**
 * Sends this many notices through an honest federation: nothing is lost, and no process has or had an alarm.
 */
export async function expectNoAlarm(notices: number): Promise<void> {
  // An overdue answer is an alarm: a slow machine must not make one of a member that answers.
  const env = { LIAISON_SETTLE_SECONDS: '180', LIAISON_DEADLINE_SECONDS: '600' };
  await using federation = await startFederation({ env });
  const words = ['--count', `${notices}`, '--rate', RATE, '--rogue', '0', '--json'];
  const { code, records, stderr } = await federation.cli('simulate', ...words);
  const none = { missing: 0, lacking: 0, duplicates: 0, unverified: 0, withheldLeaks: 0, overdue: 0 };
  expect(records.at(-1), stderr).toMatchObject({ submitted: notices, refused: 0, ...none });
  expect(code).toBe(0);
  const status = await until('every process to answer', async () => {
    const [found] = (await federation.cli('status', '--json')).records as readonly unknown[];
    const { processes } = found as Status;
    return processes.every(({ state }) => state === 'ready') ? found : undefined;
  });
  expect(status).toMatchObject({ alarms: [] });
}
