import { test } from 'vitest';
import { expectNoAlarm } from './honest-notices.js';

const NOTICES = Number(process.env['NOTICES'] ?? 10_000);

test(
  `soak: negative control: in an honest federation ${NOTICES} notices, with revisions and actions, cause no alarm`,
  () => expectNoAlarm(NOTICES),
  3_600_000,
);
