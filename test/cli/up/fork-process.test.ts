import { closeSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openLog } from '../../../services/cli/up/fork-process.js';
import { homeAt } from '../../../services/shared/runtime/home.js';

const home = homeAt(mkdtempSync(join(tmpdir(), 'liaison-log-')));
afterAll(() => rmSync(home.root, { recursive: true, force: true }));

test('openLog: creates the missing folder of logs of a restored home, with mode 700', () => {
  closeSync(openLog(home.log('nats')));
  expect(statSync(join(home.root, 'logs')).mode & 0o777).toBe(0o700);
  expect(statSync(home.log('nats')).mode & 0o777).toBe(0o600);
});
