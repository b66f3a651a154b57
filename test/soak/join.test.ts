import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  DRAFT,
  expectUndisturbedJoin,
  type Rehearsal,
  startRehearsal,
} from '../support/joining/rehearsal.js';

const MEMBERS = ['alfa', 'bravo', 'charlie', 'delta', 'echo', 'foxtrot', 'golf'];
const EIGHTH = 'hotel';

let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await startRehearsal([...MEMBERS, EIGHTH]);
  for (const org of MEMBERS) await rehearsal.joins(org);
}, 900_000);
afterAll(() => rehearsal.close(), 120_000);

test('an eighth organisation joins while seven send 40 notices a second: no connection closes, and no notice is lost', async () => {
  await expectUndisturbedJoin(rehearsal, EIGHTH, { members: MEMBERS, rate: 40 });
  const words = ['notice', 'submit', DRAFT, '--org', EIGHTH, '--wait', '60s', '--json'];
  expect((await rehearsal.site(EIGHTH).cli(...words)).code).toBe(0);
}, 600_000);
