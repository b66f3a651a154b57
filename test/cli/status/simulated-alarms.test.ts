import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { splitAlarms } from '../../../services/cli/status/simulated-alarms.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { homeAt } from '../../../services/shared/runtime/home.js';
import { createSimulatedList } from '../../../services/shared/runtime/simulated-list.js';
import { openGatewayDatabase } from '../../../services/shared/store/gateway/gateway-database.js';

const home = homeAt(mkdtempSync(join(tmpdir(), 'liaison-')));
const database = home.org(parseOrgId('europol'), 'gateway.db');
const [attack, unknown, earlier] = ['a', 'b', 'c'].map((digit) => digit.repeat(64)) as [
  string,
  string,
  string,
];
const SINCE = Date.parse('2026-11-28T03:00:00.000Z');
const dropped = {
  process: 'gateway-europol',
  alarm: 'message-dropped',
  code: 'record-foreign',
  place: 'report',
  since: '2026-11-28T03:00:00.000Z',
  last: '2026-11-28T03:10:00.000Z',
  count: 3,
};

function drop(frame: string, at: number): void {
  const db = new DatabaseSync(database);
  const sql = "INSERT INTO rejected_frame (frame, class, code, at) VALUES (?, 'report', 'record-foreign', ?)";
  db.prepare(sql).run(frame, at);
  db.close();
}

beforeAll(() => {
  mkdirSync(dirname(database), { recursive: true });
  openGatewayDatabase(database).close();
  drop(earlier, SINCE - 1);
  drop(attack, SINCE);
});
afterAll(() => rmSync(home.root, { recursive: true, force: true }));

describe('an alarm about dropped reports', () => {
  test('stays an alarm where no simulator ran', () => {
    expect(splitAlarms(home, [dropped])).toEqual({ alarms: [dropped], simulated: [] });
  });

  test('is simulated when the simulator sent every frame of it; other alarms are not', () => {
    createSimulatedList(home.simulated).add([attack]);
    const others = [
      { ...dropped, code: 'signature-invalid' },
      { ...dropped, process: 'gateway-afripol' },
      { ...dropped, process: 'router', alarm: 'submission-gap' },
    ];
    expect(splitAlarms(home, [dropped, ...others])).toEqual({ alarms: others, simulated: [dropped] });
  });

  test('stays an alarm when one of its frames is not from the simulator', () => {
    drop(unknown, SINCE + 1);
    expect(splitAlarms(home, [dropped])).toEqual({ alarms: [dropped], simulated: [] });
  });
});
