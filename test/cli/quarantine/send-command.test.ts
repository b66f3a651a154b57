import { expect, test } from 'vitest';
import { unanswered } from '../../../services/cli/quarantine/send-command.js';

test('whoever waited in vain is told where what happened was written down, and what to look for', () => {
  const text = unanswered({ log: (name) => `home/logs/${name}.ndjson` }, 'the-id');
  expect(text).toContain('`the-id`');
  expect(text).toContain('`home/logs/router.ndjson`');
  expect(text).toContain('`"security"` beside `"what":"command"`');
  expect(text).not.toContain('tail');
});
