import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { signHomeDirectory } from '../../../services/cli/init/home-directory.js';
import { createMemberWatch } from '../../../services/cli/up/member-watch.js';
import { homeAt } from '../../../services/shared/runtime/home.js';
import { EUROPOL, listSite, makeSite, makeSmallHub } from '../org/admit-site.js';

const folder = mkdtempSync(join(tmpdir(), 'liaison-member-watch-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('member watch: follows the newest version of the directory, also when several follow at once', async () => {
  const hub = homeAt(join(folder, 'hub'));
  await makeSmallHub(hub);
  const members = createMemberWatch(hub);
  expect(members()).toEqual([]);
  await listSite(hub, await makeSite(homeAt(join(folder, 'site'))));
  await expect.poll(members).toEqual([{ org: 'europol', state: 'member' }]);
  const minuteAgo = new Date(Date.now() - 60_000);
  await signHomeDirectory(hub, { now: new Date(), ends: { org: EUROPOL, suspendedAt: minuteAgo } });
  members();
  await signHomeDirectory(hub, { now: new Date(), ends: { org: EUROPOL, leavingAt: minuteAgo } });
  await expect.poll(members).toEqual([{ org: 'europol', state: 'leaving' }]);
});
