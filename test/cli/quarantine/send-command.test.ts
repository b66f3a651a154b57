import { expect, test } from 'vitest';
import { unanswered } from '../../../services/cli/quarantine/send-command.js';

test('sendCommand: the timeout message names the log of the router and what to look for', () => {
  const text = unanswered({ log: (name) => `home/logs/${name}.ndjson` }, 'the-id');
  expect(text).toContain('`the-id`');
  expect(text).toContain('`home/logs/router.ndjson`');
  expect(text).toContain('`"security"` beside `"what":"command"`');
  expect(text).not.toContain('tail');
});
