import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePorts } from '../../services/cli/init/free-ports.js';
import { projectRoot } from '../../services/shared/runtime/root.js';
import type { TestFederation } from '../support/federation.js';
import { filesBelow } from '../support/files-below.js';
import { type JoiningFolder, joiningFolder, joinSite, secretsOf, startHub } from '../support/joining.js';
import { until } from '../support/until.js';

const DRAFT = join(projectRoot, 'proto/examples/red.json');

let folder: JoiningFolder;
let hub: TestFederation;
const sites = new Map<string, TestFederation>();
const site = (org: string): TestFederation => {
  const found = sites.get(org);
  if (found === undefined) throw new Error(`${org} has no site`);
  return found;
};
beforeAll(async () => {
  folder = await joiningFolder(['alfa', 'bravo', 'charlie']);
  const [port] = await freePorts(1);
  hub = await startHub(folder, `127.0.0.2:${port}`);
}, 180_000);
afterAll(async () => {
  await Promise.all([...sites.values()].map((one) => one.close()));
  await hub.close();
  folder.remove();
}, 60_000);

const joins = async (org: string): Promise<void> => {
  sites.set(org, await joinSite(folder, org, hub));
  // The router judges the rules of the new member before it adopts them.
  await until(`the rules of ${org}`, async () => {
    const ready = await fetch(`${hub.run().router}/readyz`);
    const { policies } = (await ready.json()) as { readonly policies: object };
    return `${org}/import` in policies;
  });
};

/** Submits a notice to all, and waits for every receipt. */
const submit = (org: string) =>
  site(org).cli('notice', 'submit', DRAFT, '--org', org, '--wait', '30s', '--json');

/** The numbers of the broker's connections, by the name of the client. */
async function connections(): Promise<ReadonlyMap<number, string>> {
  const answer = await fetch(`${hub.run().monitor}/connz?limit=1000`);
  const { connections: open } = (await answer.json()) as {
    readonly connections: readonly { readonly cid: number; readonly name: string }[];
  };
  return new Map(open.map(({ cid, name }) => [cid, name]));
}

describe('joining a hub with keys that stay at the site', () => {
  test('two organisations are admitted, and the first notice and its receipt pass', async () => {
    await joins('alfa');
    await joins('bravo');
    const sent = await submit('alfa');
    expect({ code: sent.code, stderr: sent.stderr }).toMatchObject({ code: 0 });
    expect(sent.records[0]?.['recipients']).toEqual([
      expect.objectContaining({
        org: 'bravo',
        outcome: 'delivered',
        receipt: expect.objectContaining({ type: 'held', verified: true }),
      }),
    ]);
  }, 180_000);

  test('the hub shows its members with their last contact and their adopted policies', async () => {
    const listed = await hub.cli('org', 'list', '--json');
    expect(listed.records[0]?.['members']).toEqual(
      ['alfa', 'bravo'].map((id) =>
        expect.objectContaining({
          id,
          state: 'member',
          contract: 1,
          lastContact: expect.any(Number),
          policies: { export: expect.any(String), import: expect.any(String) },
        }),
      ),
    );
  });

  test('no notice is taken from a suspended member or reaches it; a withdrawal does, and its `destroyed` comes back', async () => {
    const held = await submit('alfa');
    expect(held.code).toBe(0);
    const outcomeAt = async (org: string): Promise<unknown> => (await submit(org)).records[0];
    await hub.cli('org', 'suspend', 'bravo', '--reason', 'a rehearsal');
    await until('the suspension', async () =>
      JSON.stringify(await outcomeAt('alfa')).includes('"because":"suspended"'),
    );
    expect(await outcomeAt('bravo')).toMatchObject({ state: 'refused', code: 'member-suspended' });
    const words = ['--org', 'alfa', '--reason', 'basis-gone', '--wait', '--json'];
    const withdrawn = await site('alfa').cli('notice', 'withdraw', String(held.records[0]?.['id']), ...words);
    expect(withdrawn.records[0]?.['answers']).toMatchObject([
      { org: 'bravo', type: 'destroyed', verified: true },
    ]);
    await hub.cli('org', 'resume', 'bravo', '--reason', 'a rehearsal');
    await until('the end of the suspension', async () =>
      JSON.stringify(await outcomeAt('alfa')).includes('"outcome":"delivered"'),
    );
  }, 60_000);

  test('a member that joins under traffic closes no connection of another member and loses no notice', async () => {
    const before = await connections();
    const ending = new AbortController();
    const traffic = (async () => {
      const codes: (number | null)[] = [];
      while (!ending.signal.aborted) codes.push((await submit('alfa')).code);
      return codes;
    })();
    await joins('charlie');
    ending.abort();
    const codes = await traffic;
    expect(codes.length).toBeGreaterThan(0);
    expect(codes.filter((code) => code !== 0)).toEqual([]);
    const after = await connections();
    const lasting = [...before].filter(([, name]) => !name.includes('provision'));
    expect(lasting.filter(([cid]) => !after.has(cid))).toEqual([]);
    const sent = await submit('charlie');
    expect(sent.code).toBe(0);
  }, 180_000);

  test('no private key, seed or token of a site or its approvers is in any file of the hub', () => {
    const secrets = [...sites.keys()].flatMap((org) => secretsOf(folder.home(org), org));
    const files = filesBelow(hub.home.root);
    expect(files.length).toBeGreaterThan(50);
    const found = files.filter((path) => {
      const bytes = readFileSync(path);
      return secrets.some((secret) => bytes.includes(secret));
    });
    expect(secrets.length).toBe(10 * 3);
    expect(found).toEqual([]);
  });

  test('an organisation rotates and revokes its keys alone while everything runs, and its notices pass', async () => {
    const alfa = site('alfa');
    const rotate = async (use: string): Promise<void> => {
      const rotated = await alfa.cli('key', 'rotate', 'alfa', use, '--json');
      expect({ code: rotated.code, stderr: rotated.stderr }).toMatchObject({ code: 0 });
      expect(rotated.records[0]).toMatchObject({ kid: `alfa:${use}:2` });
    };
    await Promise.all(['receipt', 'notice', 'witness'].map(rotate));
    expect((await submit('alfa')).code).toBe(0);
    const revoked = await alfa.cli('key', 'revoke', 'alfa:notice:1', '--json');
    expect({ code: revoked.code, stderr: revoked.stderr }).toMatchObject({ code: 0 });
    for (const org of ['alfa', 'bravo']) expect((await submit(org)).code).toBe(0);
    const ready = await fetch(`${Object.values(alfa.run().gateways)[0]}/readyz`);
    expect(((await ready.json()) as { readonly alarms: readonly object[] }).alarms).toEqual([]);
  }, 240_000);
});
