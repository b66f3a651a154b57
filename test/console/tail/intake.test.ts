import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createStatusIntake } from '../../../services/console/tail/intake.js';
import { createConsoleMetrics } from '../../../services/console/metrics.js';
import { createMeter } from '../../../services/shared/runtime/meter.js';
import { openConsoleStore } from '../../../services/shared/store/console/console-store.js';
import { until } from '../../support/until.js';
import { alarmsFor } from '../../support/alarms-for.js';

const HOUR = 3_600_000;

test('console intake: old events are deleted even while none arrive', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'liaison-'));
  const store = openConsoleStore(join(folder, 'console.db'), { keptMs: HOUR, most: 1_000 });
  let now = Date.parse('2031-05-04T03:02:01Z');
  const intake = createStatusIntake({
    store,
    micros: () => now * 1000,
    log: pino({ level: 'silent' }),
    alarms: alarmsFor(),
    metrics: createConsoleMetrics(createMeter()),
  });
  store.sessions.add({ hash: 'h', caller: 'federation', expires: now + HOUR });
  const event = { id: 'router-1-1-1', data: { event: 'denied', source: 'router-1', seq: 1 } };
  intake.take('status.denied.europol.afripol.red', Buffer.from(JSON.stringify(event)));
  await until('it is kept', () => store.ring.count() > 0);
  now += 24 * HOUR;
  await until('it is forgotten', () => store.ring.count() === 0);
  expect(store.sessions.find('h')).toBeUndefined();
  intake.stop();
  store.close();
  rmSync(folder, { recursive: true });
});
