import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Directory } from '../../services/shared/trust/directory.js';
import { CONTRACT } from '../../services/shared/wire/contract.js';
import { until } from '../support/until.js';
import { type Hub, startHub } from './hub.js';

let hub: Hub;
beforeAll(async () => {
  hub = await startHub();
});
afterAll(() => hub?.close());

test('auditor: while the directory names a contract of the hub that this build does not speak, no heartbeat is sent and the reason is `contract-unknown`', async () => {
  let directory: Directory = hub.directory;
  const auditor = await hub.audit({ directory: () => directory, heartbeatMs: 50 });
  const time = (): number => auditor.heartbeat()?.time.getTime() ?? 0;
  await until('a heartbeat', () => time() > 0);
  directory = { ...hub.directory, hub: { ...hub.directory.hub, contract: CONTRACT + 1 } };
  await until('the reason', () => auditor.reasons().includes('contract-unknown'));
  const last = time();
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(time() - last).toBeLessThan(1_000);
  directory = hub.directory;
  await until('the next heartbeat', () => time() > last + 1_000);
  expect(auditor.reasons()).toEqual([]);
  await auditor.stop();
});
