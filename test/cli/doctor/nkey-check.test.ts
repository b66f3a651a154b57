import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { nkeys } from '../../../services/cli/doctor/nkey-check.js';
import { writeSecret } from '../../../services/cli/init/secrets.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { homeAt } from '../../../services/shared/runtime/home.js';

const home = homeAt(mkdtempSync(join(tmpdir(), 'liaison-nkey-check-')));
afterAll(() => rmSync(home.root, { recursive: true, force: true }));

const has = (org: string, lines: readonly string[], tail = 'UT'): void => {
  writeSecret(home.hub('provision', 'orgs', `${org}.nk`), 'a seed');
  writeSecret(home.org(parseOrgId(org), 'gateway.pub'), lines.join('\n'));
  writeSecret(home.org(parseOrgId(org), 'tail.pub'), tail);
};
const look = async () => nkeys.look({ home, env: {}, run: undefined, now: new Date() });

test('nkeys: two of a gateway that does not change over are to be inspected, and first a gateway or tail that is locked out', async () => {
  has('europol', ['UA']);
  has('interpol', ['UB']);
  expect(await look()).toEqual({ state: 'ok', says: 'one of each gateway and each tail of 2 members' });
  has('interpol', ['UB', 'UC']);
  const found = await look();
  expect(found).toMatchObject({ state: 'look', mend: expect.stringContaining('lock-out interpol') });
  expect(found.says).toContain('logs in with the next one: interpol');
  has('europol', [], '');
  expect(await look()).toMatchObject({
    state: 'look',
    says: 'locked out: europol (gateway), europol (tail)',
  });
});
