import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LaterBuild, makeLaterBuild } from '../support/builds/later-build.js';
import { startFederation, type TestFederation } from '../support/federation.js';
import {
  admitSite,
  type JoiningFolder,
  joiningFolder,
  startHub,
  submitAtRate,
} from '../support/joining/joining-folder.js';
import { DRAFT } from '../support/joining/rehearsal.js';
import { until } from '../support/until.js';

/** `alfa` has the later build, `bravo` this one; the hub is updated from this one to the later one. */
const ORGS = ['alfa', 'bravo'];

let later: LaterBuild;
let folder: JoiningFolder;
let hub: TestFederation;
const sites = new Map<string, TestFederation>();
beforeAll(async () => {
  later = await makeLaterBuild();
  folder = joiningFolder(ORGS);
  hub = await startHub(folder);
  for (const org of ORGS) {
    await admitSite(folder, org, { hub });
    const build = org === 'alfa' ? later.root : undefined;
    sites.set(org, await startFederation({ home: folder.home(org), verb: ['site', 'start'], build }));
  }
}, 300_000);
afterAll(async () => {
  await Promise.all([...sites.values()].map((site) => site.close()));
  await hub.close();
  folder.remove();
  later.remove();
}, 120_000);

function siteOf(org: string): TestFederation {
  const site = sites.get(org);
  if (site === undefined) throw new Error(`${org} has no site`);
  return site;
}

/** Exchanges a notice each way; resolves once each recipient signed that it holds it. */
async function exchange(): Promise<void> {
  for (const org of ORGS)
    await until(
      `a notice of ${org}`,
      async () =>
        (await siteOf(org).cli('notice', 'submit', DRAFT, '--org', org, '--wait', '60s', '--json')).code ===
        0,
      300_000,
    );
}

test('three homes exchange both ways while two have this build and one a later contract', async () => {
  await exchange();
  const { records } = await siteOf('alfa').cli('status', '--json');
  expect(records[0]).toMatchObject({ processes: [{ state: 'ready', contract: 2 }] });
}, 600_000);

test('the hub is updated under traffic: no notice is lost, and both builds exchange both ways with the later one', async () => {
  const ends = ORGS.map((org) => submitAtRate(folder, siteOf(org), { org, draft: DRAFT, rate: 2 }));
  await hub.stop();
  const env = { LIAISON_POLICIES: folder.policies };
  hub = await startFederation({ home: folder.home('hub'), verb: ['hub', 'start'], build: later.root, env });
  await exchange();
  for (const end of ends) expect(await end()).toMatchObject({ failures: [], unsettled: 0 });
  const raised = await hub.cli('hub', 'contract', 'raise', '--json');
  expect(raised).toMatchObject({ code: 1, records: [{ type: 'lacking', to: 2, contract: 1 }] });
}, 900_000);
