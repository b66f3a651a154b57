import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseOrgId } from '../../services/shared/kernel/ids.js';
import { GATEWAY_MIGRATIONS } from '../../services/shared/store/gateway/gateway-schema.js';
import { openDatabase } from '../../services/shared/store/sqlite.js';
import {
  leftRunning,
  liaison,
  freshHome,
  startFederation,
  type TestFederation,
} from '../support/federation.js';
import { until } from '../support/until.js';
import { localSystems } from '../support/notices.js';

/** Allows late settlement on a busy machine: the tests check what is counted, not for speed. */
const PATIENT = { LIAISON_SETTLE_SECONDS: '150' };

let federation: TestFederation;
beforeAll(async () => {
  federation = await startFederation({ env: PATIENT });
});
afterAll(() => federation.close());

describe('simulate', () => {
  test('uses the running federation, prints the summary last, and exits with 0', async () => {
    const { code, records } = await federation.cli('simulate', '--count', '60', '--rogue', '0', '--json');
    expect(records.at(-1)).toMatchObject({ submitted: 60, refused: 0, missing: 0, duplicates: 0 });
    expect(code).toBe(0);
  });

  test('reports rogue submissions as refused or quarantined, and no other failure', async () => {
    const { code, records } = await federation.cli('simulate', '--count', '100', '--rogue', '50', '--json');
    const summary = records.at(-1) ?? {};
    expect(summary).toMatchObject({ missing: 0, duplicates: 0, unverified: 0, withheldLeaks: 0 });
    expect(summary['refused']).toBeGreaterThan(10);
    expect(code).toBe(0);
  });

  test('negative control: counts notices removed from an inbox as missing, and exits with 1', async () => {
    const others = localSystems(federation).filter(({ org }) => org !== 'europol');
    const before = new Set(
      (await Promise.all(others.map(({ inbox }) => inbox()))).flat().map(({ id }) => id),
    );
    const simulate = federation.cli('simulate', '--for', '20s', '--rogue', '0', '--json');
    // The simulator withdraws some of its notices, and those are not missing: several are removed.
    const [org, newest] = await until('notices of this run in an inbox', async () => {
      for (const { org, inbox } of others) {
        const fresh = (await inbox()).filter(({ id }) => !before.has(id));
        if (fresh.length > 10) return [org, fresh.slice(0, 5)] as const;
      }
      return undefined;
    });
    const db = openDatabase(federation.home.org(parseOrgId(org), 'gateway.db'), GATEWAY_MIGRATIONS);
    for (const { id } of newest) db.prepare<[string]>('DELETE FROM inbox WHERE id = ?').run(id);
    db.close();
    const { code, records } = await simulate;
    const summary = records.at(-1) ?? {};
    expect(summary).toMatchObject({ duplicates: 0 });
    expect(summary['missing']).toBeGreaterThan(0);
    expect(summary['missing']).toBeLessThanOrEqual(newest.length);
    expect(code).toBe(1);
  }, 400_000);

  test('starts a temporary federation if none runs, and leaves nothing behind', async () => {
    const home = freshHome();
    const before = readdirSync(tmpdir());
    const { code, records, stderr } = await liaison(home, ['simulate', '--count', '20', '--json'], {
      env: PATIENT,
    });
    expect(records.at(-1), stderr).toMatchObject({ missing: 0, duplicates: 0 });
    expect(code).toBe(0);
    const made = readdirSync(tmpdir()).filter((name) => !before.includes(name));
    const root = /creating a demonstration federation in (\S+)/.exec(stderr)?.[1] ?? '';
    expect(root).toContain(tmpdir());
    expect(made.map((name) => `${tmpdir()}/${name}`)).not.toContain(root);
    expect(leftRunning({ ...home, root })).toEqual([]);
  }, 400_000);
});
