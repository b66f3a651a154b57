import { test } from 'vitest';
import { expectNoAlarm } from './honest-notices.js';

const NOTICES = Number(process.env['NOTICES'] ?? 1_000);

test(
  `negative control: in an honest federation ${NOTICES} notices, with revisions and actions, cause no alarm`,
  () => expectNoAlarm(NOTICES),
  1_200_000,
);
