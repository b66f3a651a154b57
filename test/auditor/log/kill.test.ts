import { test } from 'vitest';
import { killAuditor } from './kill-auditor.js';

test(
  'killed five times while records arrive, the auditor never signs two roots for a size and leaves no record out',
  { tags: ['long'] },
  () => killAuditor(5),
);
