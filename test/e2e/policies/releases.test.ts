import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import { type Json, liaison, type TestFederation } from '../../support/federation.js';
import {
  approverKey,
  APPROVERS,
  type JoiningFolder,
  joiningFolder,
  joinSite,
  startHub,
} from '../../support/joining/joining-folder.js';
import { until } from '../../support/until.js';

const DRAFT = join(projectRoot, 'proto/examples/red.json');
/** A rule of the federation that only closes something. */
const CLOSES = `
@id("federation-99-closed")
@reason("no notice that is restricted is exchanged here")
forbid (principal, action == Action::"receive", resource)
when { resource.classification == Classification::"restricted" };
`;
/** A rule of a member that reads an attribute which the schema does not have before the joint release. */
const READS_URGENT = `
@id("alfa-not-urgent")
@reason("what is not urgent goes out")
permit (principal, action, resource)
when { resource.kind == Kind::"blue" && !(resource has urgent) };
`;
const ORGS = ['alfa', 'bravo'] as const;

/** Releases rules, and waits as long as a busy machine may take to judge them. */
const RELEASE = ['policy', 'release', '--wait', '400s'];

let folder: JoiningFolder;
let hub: TestFederation;
const sites = new Map<string, TestFederation>();
const site = (org: string): TestFederation => {
  const found = sites.get(org);
  if (found === undefined) throw new Error(`${org} has no site`);
  return found;
};
beforeAll(async () => {
  folder = joiningFolder(ORGS);
  hub = await startHub(folder, { routers: 2 });
  for (const org of ORGS) sites.set(org, await joinSite(folder, org, { hub, hasRules: false }));
}, 500_000);
afterAll(async () => {
  await Promise.all([...sites.values()].map((one) => one.close()));
  await hub.close();
  folder.remove();
});

/** What both routers have adopted, once it is the same. */
async function adopted(): Promise<string> {
  const { router, moreRouters = {} } = hub.run();
  return until('the same policies at both routers', async () => {
    const shown = await Promise.all(
      [router, ...Object.values(moreRouters)].map(async (url) => {
        const ready = (await (await fetch(`${url}/readyz`)).json()) as { adoption: { adopted: string } };
        return ready.adoption.adopted;
      }),
    );
    const [one, other] = shown;
    return shown.length === 2 && one === other ? one : undefined;
  });
}

/** Releases the rules of a site; the first try lacks the approvals of what it opens. */
async function release(org: string): Promise<Json | undefined> {
  const file = `${folder.home(org).root}.release.json`;
  const refused = await site(org).cli(...RELEASE, folder.rules(org), '--out', file, '--json');
  expect([refused.code, refused.records[0]?.['state']], refused.stderr).toEqual([3, 'refused']);
  for (const number of APPROVERS) {
    const key = approverKey(folder.home(org), number);
    const approved = await liaison(folder.home(org), ['policy', 'approve', file, '--key', key, '--yes']);
    expect(approved.code, approved.stderr).toBe(0);
  }
  const sent = await site(org).cli(...RELEASE, file, '--out', file, '--json');
  expect(sent.code, sent.stderr + sent.stdout).toBe(0);
  return sent.records[0];
}

describe('rules that members release themselves', () => {
  test('members exchange nothing before their releases; both routers adopt them, and a notice passes', async () => {
    const closed = await adopted();
    for (const org of ORGS) expect(await release(org)).toMatchObject({ state: 'in-force', version: 1, org });
    await expect.poll(adopted).not.toBe(closed);
    const sent = await site('alfa').cli(
      'notice',
      'submit',
      DRAFT,
      '--org',
      'alfa',
      '--wait',
      '90s',
      '--json',
    );
    expect([sent.code, sent.records[0]?.['recipients']], sent.stderr).toEqual([
      0,
      [expect.objectContaining({ org: 'bravo', outcome: 'delivered' })],
    ]);
  }, 1_200_000);

  test('a release of the federation is refused until an approver of each member signed it, and then adopted by both routers', async () => {
    const before = await adopted();
    const rulesFile = join(folder.policies, 'federation', 'rules.cedar');
    writeFileSync(rulesFile, CLOSES, { flag: 'a' });
    const file = join(folder.home('alfa').root, '..', 'federation.release.json');
    const call = [...RELEASE, '--federation', '--out', file, '--json'];
    const refused = await hub.cli(...call, folder.policies);
    expect([refused.code, refused.records[0]?.['findings']], refused.stderr).toEqual([
      3,
      [{ place: 'approvals', message: '2 of 2 members must approve it, and 0 did' }],
    ]);
    for (const org of ORGS) {
      const key = approverKey(folder.home(org), 1);
      const approved = await liaison(folder.home(org), ['policy', 'approve', file, '--key', key, '--yes']);
      expect(approved.code, approved.stderr).toBe(0);
    }
    const sent = await hub.cli(...call, file);
    expect([sent.code, sent.records[0]?.['state']], sent.stderr + sent.stdout).toEqual([0, 'in-force']);
    await expect.poll(adopted).not.toBe(before);
    const { records } = await hub.cli('policy', 'releases', '--federation', '--json');
    expect(records.map(({ state }) => state)).toEqual(['in-force', 'refused']);
  }, 1_200_000);

  test('verbs of policy at the hub answer by the adopted rules, and compare them with those before', async () => {
    const outcomeBy = async (...more: readonly string[]): Promise<unknown> => {
      const words = ['policy', 'explain', DRAFT, '--from', 'alfa', '--to', 'bravo', ...more, '--json'];
      const { records, stderr } = await hub.cli(...words);
      const { outcome } = Object(records[0]?.['decision']) as { readonly outcome?: unknown };
      return outcome ?? stderr;
    };
    expect([await outcomeBy(), await outcomeBy('--policies', 'adopted~1')]).toEqual(['denied', 'delivered']);
    const compared = await hub.cli('policy', 'diff', 'adopted~1', 'adopted', '--json');
    const { loosened, tightened } = (compared.records[0] ?? {}) as Record<string, readonly Json[]>;
    expect([compared.code, loosened], compared.stderr).toEqual([0, []]);
    expect(new Set(tightened?.map(({ org }) => org))).toEqual(new Set(['federation']));
  });

  test('the same folder at the hub is an alarm, and no router adopts it', async () => {
    const before = await adopted();
    mkdirSync(join(folder.policies, 'alfa'));
    cpSync(folder.rules('alfa'), join(folder.policies, 'alfa'), { recursive: true });
    writeFileSync(join(folder.policies, 'alfa', 'export.cedar'), '// edited\n', { flag: 'a' });
    await until('the alarm', async () => {
      const ready = (await (await fetch(`${hub.run().router}/readyz`)).json()) as {
        readonly alarms: readonly { readonly alarm: string }[];
      };
      return ready.alarms.some(({ alarm }) => alarm === 'policies-edited-here');
    });
    expect(await adopted()).toBe(before);
  });

  test('`doctor` checks the files of the federation alone, and `policy adopt` is refused', async () => {
    const { records } = await hub.cli('doctor', '--no-ping', '--json');
    expect(records.find(({ check }) => check === 'policies')).toMatchObject({
      state: 'ok',
      says: expect.not.stringContaining('other ones'),
    });
    for (const words of [['--dry-run'], []]) {
      const { code, stderr } = await hub.cli('policy', 'adopt', ...words);
      expect([code, stderr]).toEqual([2, expect.stringContaining('members release their rules')]);
    }
  });

  test('`policy releases` lists what became of each release of the site', async () => {
    const { records } = await site('alfa').cli('policy', 'releases', '--json');
    expect(records.map(({ version, state }) => [version, state])).toEqual([
      [1, 'in-force'],
      [1, 'refused'],
    ]);
    const digest = String(records[1]?.['statement']);
    const shown = await site('alfa').cli('policy', 'show', digest);
    expect(shown.stdout).toMatch(/release-refused[\s\S]*not approved: /);
  });

  test('a schema and the rules of a member that read it come into force together, as soon as enough persons signed', async () => {
    const before = await adopted();
    const schema = join(folder.policies, 'schema.cedarschema');
    writeFileSync(
      schema,
      readFileSync(schema, 'utf8').replace('reviewed?: Bool,', 'reviewed?: Bool, urgent?: Bool,'),
    );
    writeFileSync(join(folder.rules('alfa'), 'export.cedar'), READS_URGENT, { flag: 'a' });
    const [contribution, file] = ['contribution', 'joint'].map(
      (name) => `${folder.home('alfa').root}.${name}.json`,
    );
    const signed = await site('alfa').cli(
      'policy',
      'contribute',
      folder.rules('alfa'),
      '--out',
      `${contribution}`,
      '--json',
    );
    expect([signed.code, signed.records[0]], signed.stderr).toEqual([
      0,
      expect.objectContaining({ org: 'alfa', version: 2 }),
    ]);
    const call = [...RELEASE, '--federation', '--out', `${file}`, '--json'];
    const refused = await hub.cli(...call, folder.policies, '--with', `${contribution}`);
    expect([refused.code, refused.stderr], refused.stdout).toEqual([
      3,
      expect.stringContaining('and two approvers each of `alfa` for what its rules open'),
    ]);
    const keys = APPROVERS.map((number) => approverKey(folder.home('alfa'), number));
    for (const key of [...keys, approverKey(folder.home('bravo'), 1)]) {
      const approved = await liaison(folder.home('alfa'), [
        'policy',
        'approve',
        `${file}`,
        '--key',
        key,
        '--yes',
      ]);
      expect([approved.code, approved.stdout], approved.stderr).toEqual([
        0,
        expect.stringContaining('with version 2 of `alfa`'),
      ]);
    }
    const sent = await hub.cli(...call, `${file}`);
    expect([sent.code, sent.records[0]?.['state']], sent.stderr + sent.stdout).toEqual([0, 'in-force']);
    await expect.poll(adopted).not.toBe(before);
    const { records } = await site('alfa').cli('policy', 'releases', '--json');
    expect(records[0]).toMatchObject({
      version: 2,
      state: 'in-force',
      release: signed.records[0]?.['digest'],
    });
  }, 1_200_000);

  test('a site fetches what is in force, with what it contributed, and its verbs of policy read it', async () => {
    const out = `${folder.home('alfa').root}.in-force`;
    const fetched = await site('alfa').cli('policy', 'fetch', '--out', out, '--json');
    expect(fetched.code, fetched.stderr).toBe(0);
    const { files = [] } = (fetched.records[0] ?? {}) as { readonly files?: readonly Json[] };
    const versions = files.map(({ path, release }) => [path, Object(release).version]);
    expect(versions).toEqual(
      expect.arrayContaining([
        ['schema.cedarschema', 2],
        ['alfa/export.cedar', 2],
      ]),
    );
    expect(versions.filter(([path]) => String(path).startsWith('bravo/'))).toEqual([]);
    expect(readFileSync(join(out, 'alfa', 'export.cedar'), 'utf8')).toContain('alfa-not-urgent');
    for (const words of [['check'], ['test'], ['diff', folder.rules('alfa')]]) {
      const ran = await site('alfa').cli('policy', ...words, '--policies', out);
      expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    }
  });
});
