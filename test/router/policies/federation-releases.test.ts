import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { recordedDirectory } from '../../../services/router/ledger/apply-directory.js';
import { encodeBase64url } from '../../../services/shared/kernel/base64url.js';
import { parseEntryId } from '../../../services/shared/kernel/ids.js';
import { LEDGER_OWNER } from '../../../services/shared/ledger/command-content.js';
import { signRelease } from '../../../services/shared/ledger/release/release.js';
import { FEDERATION_FILES } from '../../../services/shared/ledger/release/release-files.js';
import { digest, hexDigest } from '../../../services/shared/trust/digest.js';
import { readSigner, type Signer } from '../../../services/shared/trust/keys.js';
import { rule, type TestHub } from '../../support/hub.js';
import { type PlayedOperator, playOperator } from '../../support/played-operator.js';
import { until } from '../../support/until.js';
import { addApprovers, approve, findingsOf, type ReleaseHub, startReleaseHub } from './release-hub.js';

/** Each judgement takes seconds. */
vi.setConfig({ testTimeout: 420_000, hookTimeout: 420_000 });

const GROUP = 'cyber-centre';
const IN_GROUP = `principal.groups.contains(Group::"${GROUP}")`;
const MEMBERS = 'federation/members.yaml';

let releases: ReleaseHub;
let hub: TestHub;
let operator: PlayedOperator;
const approvers = new Map<string, readonly Signer[]>();

beforeAll(async () => {
  releases = await startReleaseHub(['europol', 'interpol']);
  ({ hub } = releases);
  operator = await playOperator(hub);
  for (const org of ['europol', 'interpol'])
    approvers.set(org, await addApprovers(hub, org, [`Ada of ${org}`, `Grace of ${org}`]));
  await releaseRules('europol', 'export');
  await releaseRules('interpol', 'import');
});
afterAll(() => releases[Symbol.asyncDispose]());

/** Releases rules of a member that open one layer to who has the group: nothing, as no recipient has it. */
async function releaseRules(org: string, open: string): Promise<void> {
  const gateway = await hub.gateway(org);
  const files = new Map(
    ['export', 'import'].map((layer) => [
      `${layer}.cedar`,
      rule(
        `${org}-${layer}-group`,
        layer === open
          ? `permit (principal, action, resource) when { ${IN_GROUP} };`
          : 'forbid (principal, action, resource);',
      ),
    ]),
  );
  const signer = await readSigner(hub.broker.home.org(gateway.org, 'policy.jwk'));
  const signing = { signer, federation: hub.directory().federation, now: hub.clock() };
  const wire = await signRelease({ version: 1, previous: null, files, approvals: [] }, signing);
  await gateway.send(await gateway.frame([{ release: wire }]));
  const row = await releases.judged(digest(wire.statement), org);
  expect(row.state, row.findings ?? '').toBe('in-force');
}

/** The facts about members in the hub's folder, with the group for interpol. */
function grantedFacts(): string {
  const facts = JSON.parse(readFileSync(join(hub.policiesFolder, MEMBERS), 'utf8')) as {
    readonly members: Readonly<Record<string, { readonly groups: readonly string[] }>>;
  };
  const { interpol } = facts.members;
  const granted = { ...interpol, groups: [...(interpol?.groups ?? []), GROUP] };
  return JSON.stringify({ members: { ...facts.members, interpol: granted } });
}

interface Sending {
  readonly by: readonly Signer[];
  readonly loosenings: readonly string[];
  readonly signer?: Signer;
}

/** Sends a release of the federation that gives interpol the group, as an operator does. */
async function commandRelease({ by, loosenings, signer = operator.key }: Sending) {
  const texts = FEDERATION_FILES.map((path) => {
    const text = path === MEMBERS ? granted : readFileSync(join(hub.policiesFolder, path), 'utf8');
    return [path, text] as const;
  });
  const unapproved = { org: LEDGER_OWNER, version: 1, previous: null, files: new Map(texts) };
  const { release, approvals } = await approve(hub, unapproved, { by, loosenings });
  const signing = { signer, federation: hub.directory().federation, now: hub.clock() };
  const { statement, files } = await signRelease({ ...unapproved, approvals }, signing);
  const content = { statement, files: encodeBase64url(files) };
  const entry = parseEntryId(hexDigest(statement));
  return {
    release,
    statement,
    wanted: { verb: 'release', org: LEDGER_OWNER, entry, release: content } as const,
  };
}

async function judgedRelease(sending: Sending) {
  const { release, statement, wanted } = await commandRelease(sending);
  const { part } = await operator.command(wanted);
  expect(part).toMatchObject({ outcome: 'submitted', code: null });
  return { release, row: await releases.judged(digest(statement), LEDGER_OWNER) };
}

/** Sends a notice of europol, and returns who gets it and which policies its record names. */
async function exchange() {
  const europol = await hub.gateway('europol');
  const sent = await europol.frame([await europol.issue()]);
  await europol.send(sent);
  const { shares, bundle } = await europol.reportOn(sent);
  return { to: shares.map(({ to }) => to), bundle };
}

const signersOf = (org: string): readonly Signer[] => approvers.get(org) ?? [];
let granted = '';
let loosenings: readonly string[] = [];

describe('releases of the federation', () => {
  test('a group that only the directory gives a member counts for no router without a release', async () => {
    granted = grantedFacts();
    const before = await releases.inForceAtBoth();
    await hub.amend((source) => {
      const { interpol } = source.organisations;
      if (interpol === undefined) throw new Error('no interpol');
      const amended = { ...interpol, groups: [...interpol.groups, GROUP] };
      return { ...source, organisations: { ...source.organisations, interpol: amended } };
    });
    const { version } = hub.directory();
    await until('the directory on the ledger', () =>
      releases.routers().every(({ store }) => recordedDirectory(store)?.version === version),
    );
    expect(await exchange()).toEqual({ to: [], bundle: before });
    expect(await releases.inForceAtBoth()).toBe(before);
  });

  test('facts that were edited at the hub raise an alarm, and nothing is adopted', async () => {
    const before = await releases.inForceAtBoth();
    writeFileSync(join(hub.policiesFolder, MEMBERS), granted);
    const alarm = 'policies-edited-here policy-refused';
    await until('the alarm', () => releases.routers().every(({ alarms }) => alarms().includes(alarm)));
    expect(await releases.inForceAtBoth()).toBe(before);
    expect(await exchange()).toEqual({ to: [], bundle: before });
  });

  test('a release that another key than that of an operator signed is no command, and is judged by no router', async () => {
    const signer = await readSigner(hub.broker.home.router(1, 'hub.jwk'));
    const { statement, wanted } = await commandRelease({ by: [], loosenings: [], signer });
    await operator.publish((await operator.sign(wanted)).token, 'release');
    await operator.turnedAway('key-invalid');
    for (const { store } of releases.routers())
      expect(store.releases.byStatement(LEDGER_OWNER, digest(statement))).toBeUndefined();
  });

  test('a release that one of two members approved is refused, and says what it opens and how many approved', async () => {
    const before = await releases.inForceAtBoth();
    const { row } = await judgedRelease({ by: signersOf('europol'), loosenings: [] });
    expect(row.state).toBe('refused');
    const findings = findingsOf(row);
    expect(findings[0]).toEqual({
      place: 'approvals',
      message: '2 of 2 members must approve it, and 1 did',
    });
    expect(findings[1]?.message).toContain('europol/export loosens receive');
    loosenings = findings.flatMap(({ loosening }) => loosening ?? []);
    expect(loosenings).not.toEqual([]);
    expect(await releases.inForceAtBoth()).toBe(before);
  });

  test('a release that both members approved is adopted by both routers, gives its fact effect, and outlives a lost disk', async () => {
    const by = [...signersOf('europol').slice(0, 1), ...signersOf('interpol').slice(0, 1)];
    const { row, release } = await judgedRelease({ by, loosenings });
    expect(row, row.findings ?? '').toMatchObject({ state: 'in-force', version: 1, digest: release });
    const bundle = await releases.inForceAtBoth();
    expect(await exchange()).toEqual({ to: ['interpol'], bundle });
    await releases.loseDisk(1);
    expect(await releases.inForceAtBoth()).toBe(bundle);
  });
});
