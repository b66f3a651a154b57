import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { signRelease } from '../../../services/shared/ledger/release/release.js';
import type { ReleaseFiles } from '../../../services/shared/ledger/release/release-files.js';
import type { ReleaseRow } from '../../../services/shared/store/router/router-releases.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { readSigner, type Signer } from '../../../services/shared/trust/keys.js';
import { rule, type TestHub } from '../../support/hub.js';
import { until } from '../../support/until.js';
import { addApprovers, approve, findingsOf, type ReleaseHub, startReleaseHub } from './release-hub.js';

/** Each judgement takes seconds. */
vi.setConfig({ testTimeout: 420_000, hookTimeout: 420_000 });

let releases: ReleaseHub;
let hub: TestHub;
let approvers: readonly Signer[] = [];

const allows = (layer: string, kinds: readonly string[]): string =>
  kinds
    .map((kind) =>
      rule(
        `europol-${layer}-${kind}`,
        `permit (principal, action, resource) when { resource.kind == Kind::"${kind}" };`,
      ),
    )
    .join('');

const filesOf = (kinds: readonly string[]): ReleaseFiles =>
  new Map(['export', 'import'].map((layer) => [`${layer}.cedar`, allows(layer, kinds)]));

interface Sending {
  readonly version: number;
  readonly previous?: string | null;
  readonly kinds: readonly string[];
  /** The approvers that sign these loosenings. */
  readonly by?: readonly Signer[];
  readonly loosenings?: readonly string[];
  /** Who sends it, and whose key signs it. */
  readonly org?: string;
  readonly signer?: string;
}

/** Signs a release as its organisation does. */
async function sign({ version, previous = null, kinds, by = [], loosenings = [], ...who }: Sending) {
  const { org = 'europol', signer = org } = who;
  const gateway = await hub.gateway(org);
  const named = { org: gateway.org, version, previous, files: filesOf(kinds) };
  const { release, approvals } = await approve(hub, named, { by, loosenings });
  const key = await readSigner(hub.broker.home.org(parseOrgId(signer), 'policy.jwk'));
  const { federation } = hub.directory();
  const wire = await signRelease({ ...named, approvals }, { signer: key, federation, now: hub.clock() });
  return { gateway, wire, release };
}

/** Sends a release as a gateway does; returns the digests of the release and of its statement. */
async function send(sending: Sending) {
  const { gateway, wire, release } = await sign(sending);
  const sent = await gateway.frame([{ release: wire }]);
  await gateway.send(sent);
  return { release, statement: digest(wire.statement), frame: sent.id };
}

const judged = (statement: string): Promise<ReleaseRow> => releases.judged(statement);
const inForceAtBoth = (): Promise<string> => releases.inForceAtBoth();

/** Sends a loosening without approvals, and again with those of these approvers. */
async function approved(sending: Sending, by: readonly Signer[]) {
  const refused = await judged((await send(sending)).statement);
  const loosenings = findingsOf(refused).flatMap(({ loosening }) => loosening ?? []);
  const sent = await send({ ...sending, by, loosenings });
  return { sent, refused, loosenings, row: await judged(sent.statement) };
}

/** Sends a notice, and returns the bundle that its record names. */
async function exchange(): Promise<string | undefined> {
  const europol = await hub.gateway('europol');
  const sent = await europol.frame([await europol.issue()]);
  await europol.send(sent);
  const report = await until('the report', () => europol.reports.find(({ id }) => id === sent.id));
  return report.report.bundle;
}

beforeAll(async () => {
  releases = await startReleaseHub(['europol', 'interpol']);
  hub = releases.hub;
  approvers = await addApprovers(hub, 'europol', ['Ada', 'Grace', 'ada ']);
});
afterAll(() => releases[Symbol.asyncDispose]());

describe('releases of members', () => {
  let [first, second] = ['', ''];
  const approver = (at: number): Signer => {
    const found = approvers[at];
    if (found === undefined) throw new Error('no such approver');
    return found;
  };

  test('a member without a release permits nothing; a first release that two persons approved is adopted by both routers and named by the next decision', async () => {
    const before = await inForceAtBoth();
    const sending = { version: 1, kinds: ['red', 'blue'] };
    const { sent, row, refused } = await approved(sending, [approver(0), approver(1)]);
    expect(refused).toMatchObject({ state: 'refused', digest: sent.release });
    expect(findingsOf(refused)[0]?.loosening).toMatch(/^[0-9a-f]{64}$/);
    expect(row).toMatchObject({ state: 'in-force', version: 1, digest: sent.release });
    first = sent.release;
    const bundle = await inForceAtBoth();
    expect(bundle).not.toBe(before);
    expect(await exchange()).toBe(bundle);
  });

  test('a release that only tightens needs no approval', async () => {
    const before = await inForceAtBoth();
    const sent = await send({ version: 2, previous: first, kinds: ['red'] });
    expect(await judged(sent.statement)).toMatchObject({ state: 'in-force', version: 2 });
    second = sent.release;
    const bundle = await inForceAtBoth();
    expect(bundle).not.toBe(before);
    expect(await exchange()).toBe(bundle);
  });

  test('a loosening that one person approved, also with two keys, is refused, and names the loosening', async () => {
    const before = await inForceAtBoth();
    const sending = { version: 3, previous: second, kinds: ['red', 'blue'] };
    const { row, loosenings } = await approved(sending, [approver(0), approver(2)]);
    expect(row).toMatchObject({ state: 'refused', version: 3 });
    expect(findingsOf(row).flatMap(({ loosening }) => loosening ?? [])).toEqual(loosenings);
    expect(await inForceAtBoth()).toBe(before);
  });

  test('a release that is not above the one in force, or does not follow it, is refused with the reason', async () => {
    const before = await inForceAtBoth();
    const older = await judged((await send({ version: 2, previous: first, kinds: ['blue'] })).statement);
    expect([older.state, findingsOf(older)]).toEqual([
      'refused',
      [{ place: 'version', message: 'version 2 is not above version 2, which is in force' }],
    ]);
    const astray = await judged((await send({ version: 3, previous: first, kinds: ['blue'] })).statement);
    expect([astray.state, findingsOf(astray)[0]?.place]).toEqual(['refused', 'previous']);
    expect(await inForceAtBoth()).toBe(before);
  });

  test('a release that another member signed is refused by the report, and is judged by no router', async () => {
    const { frame, statement } = await send({
      version: 3,
      previous: second,
      kinds: ['red'],
      signer: 'interpol',
    });
    const europol = await hub.gateway('europol');
    const { report } = await until('the report', () => europol.reports.find(({ id }) => id === frame));
    expect(report.refusals).toMatchObject([{ code: 'issuer-mismatch', digest: statement }]);
    expect(releases.routers()[0]?.store.releases.byStatement('europol', statement)).toBeUndefined();
  });

  test('two releases in one frame are refused by the report, and judged by no router', async () => {
    const both = [
      await sign({ version: 3, previous: second, kinds: ['red'] }),
      await sign({ version: 4, previous: second, kinds: ['red'] }),
    ];
    const europol = await hub.gateway('europol');
    const sent = await europol.frame(both.map(({ wire }) => ({ release: wire })));
    await europol.send(sent);
    const { refusals } = await europol.reportOn(sent);
    expect(refusals.map(({ code }) => code)).toEqual(['release-refused', 'release-refused']);
    for (const { wire } of both)
      expect(
        releases.routers()[0]?.store.releases.byStatement('europol', digest(wire.statement)),
      ).toBeUndefined();
  });

  test('rules of a member that were edited at the hub raise an alarm, and nothing is adopted', async () => {
    const before = await inForceAtBoth();
    mkdirSync(join(hub.policiesFolder, 'europol'));
    writeFileSync(join(hub.policiesFolder, 'europol', 'export.cedar'), allows('export', ['red', 'black']));
    const alarm = 'policies-edited-here policy-refused';
    await until('the alarm', () => releases.routers().every(({ alarms }) => alarms().includes(alarm)));
    expect(await inForceAtBoth()).toBe(before);
    expect(await exchange()).toBe(before);
  });

  test('a router that lost its disk adopts the releases in force from the ledger', async () => {
    const before = await inForceAtBoth();
    await releases.loseDisk(1);
    expect(await inForceAtBoth()).toBe(before);
    const sent = await send({ version: 3, previous: second, kinds: ['red'] });
    expect(await judged(sent.statement)).toMatchObject({ state: 'in-force', version: 3 });
  });
});
