import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { writeVersion } from '../../services/cli/init/next-version.js';
import { parseOrgId } from '../../services/shared/kernel/ids.js';
import { rfc3339 } from '../../services/shared/kernel/clock.js';
import type { Home } from '../../services/shared/runtime/home.js';
import { sourceIn } from '../../services/shared/trust/directory/version-source.js';
import { signDirectory } from '../../services/shared/trust/directory.js';
import { readSigner } from '../../services/shared/trust/keys.js';
import { readDirectory } from '../../services/shared/trust/read-directory.js';
import { demoHome, removeHome, startFederation } from '../support/federation.js';
import { exampleDraft, localSystems } from '../support/notices.js';
import { until } from '../support/until.js';

const EUROPOL = parseOrgId('europol');
const KIDS = ['notice', 'receipt', 'witness'].map((use) => `europol:${use}`);
/** A third of the life of these keys is left some time after the start of the processes. */
const [BEHIND_MS, LEFT_MS] = [210_000, 180_000];
const PATIENCE_MS = 120_000;

/** Signs the next version of the root, in which three keys of europol end soon; returns when. */
async function shortenLives(home: Home): Promise<Date> {
  const now = Date.now();
  const end = new Date(now + LEFT_MS);
  const dates = { notBefore: rfc3339(new Date(now - BEHIND_MS)), notAfter: rfc3339(end) };
  const before = await readDirectory(home);
  const source = sourceIn(before.frame);
  const europol = source.organisations[EUROPOL]!;
  const keys = europol.keys.map((key) => (KIDS.includes(key.kid.slice(0, -2)) ? { ...key, ...dates } : key));
  const next = {
    ...source,
    version: before.version + 1,
    previous: before.digest,
    issuedAt: rfc3339(new Date(now)),
    organisations: { ...source.organisations, [EUROPOL]: { ...europol, keys } },
  };
  writeVersion(home, await signDirectory(next, await readSigner(home.rootKey)));
  return end;
}

test('soak: the keys of an organisation that forgets them are renewed before their end, while the root key is elsewhere', async () => {
  const home = await demoHome();
  try {
    const end = await shortenLives(home);
    rmSync(home.rootKey);
    await using federation = await startFederation({ home });
    const listed = await until(
      'the next keys',
      async () => {
        const directory = await readDirectory(home);
        return KIDS.every((kid) => directory.key(`${kid}:2`) !== undefined) ? directory : undefined;
      },
      LEFT_MS + PATIENCE_MS,
    );
    expect(listed.signedBy).toBe('hub:directory:1');
    for (const kid of KIDS) {
      expect(listed.key(`${kid}:2`)).toMatchObject({ askedBy: `${kid}:1` });
      expect(listed.key(`${kid}:2`)!.notBefore.getTime(), kid).toBeLessThan(end.getTime());
    }
    await until('the end of the first keys', () => Date.now() > end.getTime() + 1_000, LEFT_MS + PATIENCE_MS);
    const system = (org: string) => localSystems(federation).find((one) => one.org === org)!;
    for (const [from, to] of [
      ['europol', 'interpol'],
      ['interpol', 'europol'],
    ] as const) {
      const draft = exampleDraft('purple');
      const id = await system(from).submit({ ...draft, header: { ...draft.header, addressees: [to] } });
      const { state, recipients } = await system(from).settled(id);
      const receipt = recipients.find(({ org }) => org === to)?.receipt;
      expect([state, receipt?.verified], `${from} to ${to}`).toEqual(['settled', true]);
      if (to === EUROPOL) expect(receipt?.kid).toBe('europol:receipt:2');
    }
  } finally {
    removeHome(home);
  }
}, 900_000);
