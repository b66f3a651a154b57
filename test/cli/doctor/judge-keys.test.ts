import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CheckFinding } from '../../../services/cli/doctor/check.js';
import { judgeKeys } from '../../../services/cli/doctor/judge-keys.js';
import { signHomeDirectory } from '../../../services/cli/init/home-directory.js';
import { newEntry } from '../../../services/cli/init/key-entry.js';
import { localKeys } from '../../../services/cli/key/local-keys.js';
import type { Directory } from '../../../services/shared/trust/directory.js';
import { generateKey, publicJwk } from '../../../services/shared/trust/keys.js';
import { EUROPOL } from '../org/admit-site.js';
import { type SignedElsewhere, signedElsewhere } from '../root/signed-elsewhere.js';

const DAY_MS = 86_400_000;
const daysFromNow = (days: number): Date => new Date(Date.now() + days * DAY_MS);
let made: SignedElsewhere;
beforeAll(async () => {
  made = await signedElsewhere();
});
beforeEach(() => made.reset());
afterAll(() => made.remove());

/** Lists a key of another person, valid since that many days, which are 730 at most. */
async function listOperator(kid: string, person: string, days: number): Promise<void> {
  const entry = newEntry(publicJwk(await generateKey(kid)), { notBefore: daysFromNow(-days), person });
  await signHomeDirectory({ ...made.hub, rootKey: made.rootFile }, { now: new Date(), added: [entry] });
}
async function atHub(now = new Date()): Promise<CheckFinding> {
  const directory = await made.directory();
  return judgeKeys(directory, localKeys(made.hub, directory), { now, isRootElsewhere: true });
}

describe('the keys that `doctor` finds due', () => {
  test('come with the command that asks the holder of the root key, at a hub without that key', async () => {
    const { state, says, mend } = await atHub(daysFromNow(710));
    expect(state).toBe('bad');
    for (const use of ['hub', 'audit', 'log', 'operator', 'directory'])
      expect(says).toContain(`hub:${use}:1`);
    expect(mend).toContain('liaison key rotate hub hub   # writes what the holder of the root key signs');
  });

  test('include the operator key of a person elsewhere, until the directory lists a next one of that person', async () => {
    await listOperator('hub:operator:2', 'B. Example', 710);
    expect(await atHub()).toMatchObject({
      says: 'expire within 30 days: hub:operator:2',
      mend: expect.stringContaining("liaison key add-operator --person 'B. Example' --out next.jwk"),
    });
    await listOperator('hub:operator:3', 'b. example', 0);
    expect(await atHub()).toMatchObject({ state: 'ok' });
  });

  test('leave out members that have left', async () => {
    const directory = await made.directory();
    const member = directory.organisations.get(EUROPOL)!;
    const organisations = new Map([[EUROPOL, { ...member, leavingAt: new Date(), leftAt: new Date() }]]);
    const now = daysFromNow(800);
    const judge = (known: Directory): string =>
      judgeKeys(known, localKeys(made.hub, directory), { now, isRootElsewhere: true }).says;
    expect(judge(directory)).toContain('europol:notice:1');
    expect(judge({ ...directory, organisations })).not.toContain('europol');
  });

  test('come with the approvers who sign the request, at a site', async () => {
    const directory = await made.directory();
    const member = directory.organisations.get(EUROPOL)!;
    const mendOf = (use: string): string | undefined => {
      const organisations = new Map([
        [EUROPOL, { ...member, keys: member.keys.filter((key) => key.use === use) }],
      ]);
      const now = daysFromNow(710);
      return judgeKeys({ ...directory, organisations }, localKeys(made.site, directory), {
        now,
        owner: EUROPOL,
      }).mend;
    };
    expect(mendOf('policy')).toMatch(/liaison key rotate europol policy --signed-by approver\.jwk$/);
    expect(mendOf('approver')).toContain(
      'liaison key rotate europol approver --person Anna --key-out next.jwk',
    );
  });
});
