import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createLedgerNames } from '../../../services/router/ledger/named-policies.js';
import { openPolicies, type RouterPolicies } from '../../../services/router/policies/open-policies.js';
import { createPolicyArchiveClient } from '../../../services/router/policies/policy-archive-http.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import type { ReleaseFinding } from '../../../services/shared/ledger/release/adoption-record.js';
import { signApproval } from '../../../services/shared/ledger/release/approval.js';
import { releaseDigest, signRelease } from '../../../services/shared/ledger/release/release.js';
import { digestOfFiles } from '../../../services/shared/ledger/release/release-files.js';
import { createJudgeInChild } from '../../../services/shared/policy/adopted/policy-judge.js';
import { createLogger } from '../../../services/shared/runtime/logger.js';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import type { ReleaseRow } from '../../../services/shared/store/router/router-releases.js';
import { openRouterStore, type RouterStore } from '../../../services/shared/store/router/router-store.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { listedKeyOf } from '../../../services/shared/trust/directory-key.js';
import {
  generateKey,
  importSigner,
  publicJwk,
  readSigner,
  type Signer,
} from '../../../services/shared/trust/keys.js';
import { readSecret } from '../../../services/shared/trust/secret-file.js';
import { alarmsFor } from '../../support/alarms-for.js';
import { rule, startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import { until } from '../../support/until.js';

/** Each judgement takes seconds. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const LOADER = pathToFileURL(join(projectRoot, 'dist/services/router/load-child.js'));

/** A router of a hub whose members release their own rules, as its process wires it. */
interface Running {
  readonly router: TestRouter;
  readonly policies: RouterPolicies;
  readonly store: RouterStore;
  readonly alarms: () => readonly string[];
  readonly bundle: () => string | undefined;
  stop(): Promise<void>;
}

let hub: TestHub;
let routers: Running[];
const approvers: Signer[] = [];

const kept = (number: number): string => hub.broker.home.router(number, 'policies.adopted');
const database = (number: number): string => hub.broker.home.router(number, 'router.db');

async function startRouter(number: number): Promise<Running> {
  const { home } = hub.broker;
  const alarms = alarmsFor();
  const store = openRouterStore(database(number));
  const ledger = createLedgerNames(store);
  const policies = openPolicies({
    folder: hub.policiesFolder,
    kept: kept(number),
    judge: createJudgeInChild(LOADER, database(number)),
    archive: createPolicyArchiveClient(hub.auditor.url(), readSecret(home.hub('router', 'auditor.token'))),
    named: ledger.named,
    directory: hub.directory,
    clock: hub.clock,
    alarms,
    log: createLogger('router', 'silent'),
    releases: {
      store,
      name: `router-${number}`,
      candidate: home.router(number, 'policies.candidate'),
    },
  });
  const router = await hub.start({ number, store, alarms, ...policies.forRouter });
  policies.recordWith(router.recordAdoption);
  ledger.follow(router.isCaughtUp);
  return {
    router,
    policies,
    store,
    alarms: () => alarms.list().map(({ alarm, code }) => `${alarm} ${code}`),
    bundle: () => policies.forRouter.policy()?.bundle,
    stop: async () => {
      await router.stop();
      ledger.close();
      await policies.stop();
    },
  };
}

const allows = (layer: string, kinds: readonly string[]): string =>
  kinds
    .map((kind) =>
      rule(
        `europol-${layer}-${kind}`,
        `permit (principal, action, resource) when { resource.kind == Kind::"${kind}" };`,
      ),
    )
    .join('');

const filesOf = (kinds: readonly string[]): ReadonlyMap<string, string> =>
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
  const keyOf = parseOrgId(signer);
  const { federation } = hub.directory();
  const files = filesOf(kinds);
  const name = { federation, org: gateway.org, version, previous, content: digestOfFiles(files) };
  const release = releaseDigest(name);
  const approvals = await Promise.all(
    by.map((one) =>
      signApproval({ release, previous, loosenings }, { signer: one, federation, now: hub.clock() }),
    ),
  );
  const key = await readSigner(hub.broker.home.org(keyOf, 'policy.jwk'));
  const wire = await signRelease(
    { version, previous, files, approvals },
    { signer: key, federation, now: hub.clock() },
  );
  return { gateway, wire, release };
}

/** Sends a release as a gateway does; returns the digests of the release and of its statement. */
async function send(sending: Sending) {
  const { gateway, wire, release } = await sign(sending);
  const sent = await gateway.frame([{ release: wire }]);
  await gateway.send(sent);
  return { release, statement: digest(wire.statement), frame: sent.id };
}

async function judged(statement: string, org = 'europol'): Promise<ReleaseRow> {
  const rows = await until('the judgement at both routers', () => {
    const found = routers.map(({ store }) => store.releases.byStatement(org, statement));
    return found.every((row) => row !== undefined && row.state !== 'waiting' && row.at > 0)
      ? found
      : undefined;
  });
  const [one, other] = rows;
  expect(one).toEqual(other);
  if (one === undefined) throw new Error('no judgement');
  return one;
}

const findingsOf = ({ findings }: ReleaseRow): readonly ReleaseFinding[] => JSON.parse(findings ?? '[]');

/** Sends a loosening without approvals, and again with those of these approvers. */
async function approved(sending: Sending, by: readonly Signer[]) {
  const refused = await judged((await send(sending)).statement);
  const loosenings = findingsOf(refused).flatMap(({ loosening }) => loosening ?? []);
  const sent = await send({ ...sending, by, loosenings });
  return { sent, refused, loosenings, row: await judged(sent.statement) };
}

async function inForceAtBoth(): Promise<string> {
  return until('the same policies at both routers', () => {
    const [one, other] = routers.map(({ bundle }) => bundle());
    return one !== undefined && one === other && one === routers[0]?.store.releases.bundle()
      ? one
      : undefined;
  });
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
  hub = await startHub({ orgs: ['europol', 'interpol'], routers: 2 });
  for (const org of hub.broker.orgs) rmSync(join(hub.policiesFolder, org), { recursive: true });
  writeFederation();
  await addApprovers(['Ada', 'Grace', 'ada ']);
  routers = [await startRouter(1), await startRouter(2)];
  for (const { router } of routers) await hub.open(router);
  for (const org of hub.broker.orgs) await (await hub.gateway(org)).listen();
});
afterAll(async () => {
  for (const running of routers) await running.stop();
  await hub[Symbol.asyncDispose]();
});

function writeFederation(): void {
  const write = (path: string, value: unknown): void =>
    writeFileSync(join(hub.policiesFolder, 'federation', path), JSON.stringify(value));
  const entries = Array.from(hub.directory().organisations.values(), (one) => {
    const { name, seat, groups, accreditedFor, agreements } = one;
    return [one.id, { name, seat, groups, accreditedFor, agreements }] as const;
  });
  write('members.yaml', { members: Object.fromEntries(entries) });
  write('directory.yaml', { federation: 'demo', quotas: { perMinute: 600 } });
}

async function addApprovers(persons: readonly string[]): Promise<void> {
  const keys = await Promise.all(persons.map((_, at) => generateKey(`europol:approver:${at + 11}`)));
  for (const key of keys) approvers.push(await importSigner(key));
  const dates = { notBefore: '2020-01-01T00:00:00Z', notAfter: '2999-01-01T00:00:00Z' };
  const entries = keys.map((key, at) => {
    const { x } = publicJwk(key);
    return { kid: key.kid, ...listedKeyOf({ x }), ...dates, person: persons[at] ?? '' };
  });
  await hub.amend((source) => {
    const europol = source.organisations['europol'];
    if (europol === undefined) throw new Error('no europol');
    const amended = { ...europol, keys: [...europol.keys, ...entries] };
    return { ...source, organisations: { ...source.organisations, europol: amended } };
  });
}

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
    expect(routers[0]?.store.releases.byStatement('europol', statement)).toBeUndefined();
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
      expect(routers[0]?.store.releases.byStatement('europol', digest(wire.statement))).toBeUndefined();
  });

  test('rules of a member that were edited at the hub raise an alarm, and nothing is adopted', async () => {
    const before = await inForceAtBoth();
    mkdirSync(join(hub.policiesFolder, 'europol'));
    writeFileSync(join(hub.policiesFolder, 'europol', 'export.cedar'), allows('export', ['red', 'black']));
    const alarm = 'policies-edited-here policy-refused';
    await until('the alarm', () => routers.every(({ alarms }) => alarms().includes(alarm)));
    expect(await inForceAtBoth()).toBe(before);
    expect(await exchange()).toBe(before);
  });

  test('a router that lost its disk adopts the releases in force from the ledger', async () => {
    const before = await inForceAtBoth();
    const [lost, other] = routers;
    if (lost === undefined || other === undefined) throw new Error('no routers');
    await lost.stop();
    for (const path of [kept(1), database(1)]) rmSync(path);
    routers = [await startRouter(1), other];
    expect(await inForceAtBoth()).toBe(before);
    const sent = await send({ version: 3, previous: second, kinds: ['red'] });
    expect(await judged(sent.statement)).toMatchObject({ state: 'in-force', version: 3 });
  });
});
