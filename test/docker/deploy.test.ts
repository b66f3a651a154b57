import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectRoot } from '../../services/shared/runtime/root.js';
import { enableBareImage, hasBareImage } from '../support/containers/bare-container.js';
import { describeWhere } from '../support/needs.js';
import { until } from '../support/until.js';
import { makeNetwork, startMachine } from './machines.js';

const page = readFileSync(join(projectRoot, 'docs/deploy.md'), 'utf8');
/** The commands of the page, in its order, by the heading above them. */
const steps = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((part) => [
      part.split('\n', 1)[0] ?? '',
      [...part.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block.trim()),
    ]),
);
const blocks = (heading: string): readonly string[] => {
  const found = steps.get(heading) ?? [];
  if (found.length === 0) throw new Error(`docs/deploy.md has no commands below \`${heading}\``);
  return found;
};
/** The only block below a heading, as lines. */
const lines = (heading: string): readonly string[] => blocks(heading)[0]?.split('\n') ?? [];

/** Ends with 0 once every process of a home answers. */
const ready = (home: string): string =>
  `node -e "const run = require('${home}/run.json'); Promise.all([run.router, ...Object.values(run.gateways)].filter(Boolean).map((url) => fetch(url + '/readyz'))).then((all) => process.exit(all.every(({ ok }) => ok) ? 0 : 1), () => process.exit(1))"`;

/** A command of the page as the second organisation types it, on the same machine. */
const asAfripol = (line: string): string =>
  line
    .replaceAll('caricompol', 'afripol')
    .replaceAll('/var/lib/liaison', '/var/lib/liaison-afripol')
    .replaceAll('/approver.jwk', '/approver-afripol.jwk');

describeWhere(hasBareImage, enableBareImage)('docs/deploy.md, in two containers', () => {
  let removeNetwork: () => void;
  let hub: Awaited<ReturnType<typeof startMachine>>;
  let site: Awaited<ReturnType<typeof startMachine>>;
  beforeAll(async () => {
    removeNetwork = makeNetwork();
    [hub, site] = await Promise.all([startMachine('10.0.0.1'), startMachine('10.0.0.2')]);
  });
  afterAll(() => {
    site?.remove();
    hub?.remove();
    removeNetwork?.();
  });

  const POLICIES = 'export LIAISON_POLICIES=/var/lib/liaison-policies\n';

  /** Steps 3 to 5 of the page for one organisation. */
  async function joins(as: (line: string) => string): Promise<void> {
    const [rules = '', join = ''] = blocks('3. The site asks').map(as);
    const [admit = ''] = lines('4. The hub admits');
    const [accept = '', start = ''] = lines('5. The site accepts').map(as);
    const home = /--home (\S+)/.exec(join)?.[1] ?? '';
    const asked = JSON.parse(await site.run(`${rules}\nmkdir -p /media/b /media/c\n${join} --json`)) as {
      readonly words: string;
    };
    await hub.run('cat > join-request.json', await site.run(`cat ${home}/join-request.json`));
    const said = await hub.run(`${POLICIES}${admit} --words '${asked.words}' 2>&1`);
    const words = /this hub's words: ([a-z ]+?) {2}/.exec(said)?.[1] ?? said;
    await site.run('cat > welcome.json', await hub.run('cat welcome.json'));
    await site.run(`${accept} --words '${words}'`);
    await site.begin(start);
    await site.until(ready(home));
  }

  test('its commands lead from two bare machines to the first notice', async () => {
    const [folder = ''] = blocks('1. The rules');
    await hub.run(folder);
    const [init = '', start = ''] = lines('2. The hub');
    await hub.run(`${POLICIES}${init}`);
    await hub.begin(`${POLICIES}${start}`);
    await hub.until(ready('/var/lib/liaison'));
    await joins((line) => line);
    await joins(asAfripol);
    const [releases = '', submit = '', inbox = ''] = lines('6. The first notice');
    for (const command of [releases, asAfripol(releases)]) await site.until(`${command} | grep in-force`);
    await site.until(submit);
    await site.until(`${asAfripol(inbox)} | grep caricompol`);
  }, 900_000);

  test('a site that is backed up under load and restored on another machine: nothing is missing, nothing is there twice', async () => {
    const [backup = ''] = blocks('Move a home');
    const [restore = '', start = ''] = blocks('Move a home')[1]?.split('\n') ?? [];
    const script =
      'url=$(node -p "require(\'/var/lib/liaison/run.json\').gateways.caricompol"); ' +
      '(while [ ! -e /enough ]; do sleep 0.1; done) | node test/support/processes/submit-notices.mjs ' +
      '$url /var/lib/liaison/orgs/caricompol/token proto/examples/red.json 10 > /submitted';
    await site.run('rm -f /enough');
    const submitting = site.run(script);
    await site.run('sleep 15');
    const began = Date.now();
    await site.run(backup);
    await site.run('sleep 2; touch /enough');
    await submitting;
    const { accepted, failures } = JSON.parse(await site.run('cat /submitted')) as {
      readonly accepted: readonly { readonly id: string; readonly at: number }[];
      readonly failures: readonly string[];
    };
    expect(failures).toEqual([]);
    const before = accepted.filter(({ at }) => at < began).map(({ id }) => id);
    expect(before.length).toBeGreaterThan(0);
    expect(accepted.length).toBeGreaterThan(before.length);
    await site.run('kill $(node -p "require(\'/var/lib/liaison/run.json\').pid")');
    await site.until('test ! -e /var/lib/liaison/run.json');

    await hub.run(
      'mkdir -p /srv && base64 -d | tar -xC /srv',
      await site.run('tar -cC /srv backup | base64'),
    );
    await hub.run(restore);
    await hub.begin(start);
    await hub.until(ready('/srv/liaison'));
    const last = `scripts/liaison notice show ${before.at(-1)} --org caricompol --json --home /srv/liaison`;
    await hub.until(`${last} | grep -q '"held"'`);
    const read = `scripts/liaison inbox --org caricompol --limit 10000 --json --home /var/lib/liaison`;
    const held = await until('all of them to be held', async () => {
      const ids = (await site.run(asAfripol(read)))
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { readonly id: string }).id);
      return before.every((id) => ids.includes(id)) && ids;
    });
    expect(new Set(held).size).toBe(held.length);
  }, 800_000);
});
