import { join } from 'node:path';
import { expect } from 'vitest';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import { hexOfDigest } from '../../../services/shared/trust/digest.js';
import type { TestFederation } from '../federation.js';
import { type JoiningFolder, joiningFolder, joinSite, startHub, submitAtRate } from './joining-folder.js';
import { fetchAt, LOOPBACK, makeNamespaces, mayMakeNamespaces } from './network.js';
import { until } from '../until.js';

/** A notice of the kind that members of a rehearsal exchange. */
export const DRAFT = join(projectRoot, 'proto/examples/red.json');

/**
 * A hub that organisations join one after another; each home is in a network namespace of its own where this user may make
 * them.
 */
export interface Rehearsal {
  readonly folder: JoiningFolder;
  readonly hub: TestFederation;
  readonly site: (org: string) => TestFederation;
  /** Joins an organisation; resolves once the hub uses its rules. */
  readonly joins: (org: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Starts the hub; `orgs` are the organisations that will join, in this order. */
export async function startRehearsal(orgs: readonly string[]): Promise<Rehearsal> {
  const hasNamespaces = process.env['REQUIRE_ALL'] === '1' || mayMakeNamespaces();
  const network = hasNamespaces ? makeNamespaces(['hub', ...orgs]) : LOOPBACK;
  const folder = joiningFolder(orgs, network);
  const hub = await startHub(folder);
  const sites = new Map<string, TestFederation>();
  return {
    folder,
    hub,
    site: (org) => {
      const site = sites.get(org);
      if (site === undefined) throw new Error(`${org} has no site`);
      return site;
    },
    joins: async (org) => {
      sites.set(org, await joinSite(folder, org, { hub }));
      // The router judges the rules of the new member before it adopts them.
      await until(`the rules of ${org}`, () => usesRelease({ folder, hub }, org), 300_000);
    },
    close: async () => {
      await Promise.all([...sites.values()].map((site) => site.close()));
      await hub.close();
      folder.remove();
    },
  };
}

/** True once the router decides by a release of an organisation. */
async function usesRelease(
  { folder, hub }: Pick<Rehearsal, 'folder' | 'hub'>,
  org: string,
): Promise<boolean> {
  const ask = (path: string): Promise<unknown> =>
    fetchAt(folder.network, 'hub', `${hub.run().router}${path}`);
  const { members } = (await ask('/members')) as {
    readonly members: Readonly<Record<string, { readonly release: object | null }>>;
  };
  if ((members[org]?.release ?? null) === null) return false;
  const { bundle } = (await ask('/releases')) as { readonly bundle: string };
  const { adoption } = (await ask('/readyz')) as { readonly adoption: { readonly adopted: string | null } };
  return adoption.adopted === hexOfDigest(bundle);
}

interface TrafficParams {
  /** The members that send, each an equal part. */
  readonly members: readonly string[];
  /** Notices a second of all members together. */
  readonly rate: number;
}

/**
 * Lets an organisation join while members send. Expects that each notice is accepted and signed for by every recipient, and that
 * the broker closes no connection.
 */
export async function expectUndisturbedJoin(
  rehearsal: Rehearsal,
  next: string,
  { members, rate }: TrafficParams,
): Promise<void> {
  const { folder, site, joins } = rehearsal;
  const before = await connections(rehearsal);
  const each = rate / members.length;
  const ends = members.map((org) => submitAtRate(folder, site(org), { org, draft: DRAFT, rate: each }));
  await joins(next);
  for (const submitted of await Promise.all(ends.map((end) => end()))) {
    expect(submitted).toMatchObject({ failures: [], unsettled: 0 });
    expect(submitted.accepted.length).toBeGreaterThan(each);
  }
  const after = await connections(rehearsal);
  const lasting = [...before].filter(([, name]) => !name.includes('provision'));
  expect(lasting.filter(([cid]) => !after.has(cid))).toEqual([]);
}

/** The numbers of the broker's connections, by the name of the client. */
async function connections({ folder, hub }: Rehearsal): Promise<ReadonlyMap<number, string>> {
  const answer = await fetchAt(folder.network, 'hub', `${hub.run().monitor}/connz?limit=1000`);
  const { connections: open } = answer as {
    readonly connections: readonly { readonly cid: number; readonly name: string }[];
  };
  return new Map(open.map(({ cid, name }) => [cid, name]));
}
