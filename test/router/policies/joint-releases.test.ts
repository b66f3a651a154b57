import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { encodeBase64url } from '../../../services/shared/kernel/base64url.js';
import { parseEntryId } from '../../../services/shared/kernel/ids.js';
import { LEDGER_OWNER } from '../../../services/shared/ledger/command-content.js';
import { readContribution, signContribution } from '../../../services/shared/ledger/release/contribution.js';
import { contributionDigests, signRelease } from '../../../services/shared/ledger/release/release.js';
import {
  type Contribution,
  FEDERATION_FILES,
  type ReleaseFiles,
} from '../../../services/shared/ledger/release/release-files.js';
import type { ReleaseRow } from '../../../services/shared/store/router/router-releases.js';
import { digest, hexDigest } from '../../../services/shared/trust/digest.js';
import { readSigner, type Signer } from '../../../services/shared/trust/keys.js';
import { rule, type TestHub } from '../../support/hub.js';
import { type PlayedOperator, playOperator } from '../../support/played-operator.js';
import { addApprovers, approve, findingsOf, type ReleaseHub, startReleaseHub } from './release-hub.js';

/** Each judgement takes seconds. */
vi.setConfig({ testTimeout: 420_000, hookTimeout: 420_000 });

const ORGS = ['europol', 'interpol'] as const;
type Member = (typeof ORGS)[number];

let releases: ReleaseHub;
let hub: TestHub;
let operator: PlayedOperator;
const approvers = new Map<string, readonly Signer[]>();
/** What each member contributes. */
const contributions = new Map<Member, Contribution>();
let loosenings: readonly { readonly place: string; readonly loosening: string }[] = [];

beforeAll(async () => {
  releases = await startReleaseHub(ORGS);
  ({ hub } = releases);
  operator = await playOperator(hub);
  for (const org of ORGS)
    approvers.set(org, await addApprovers(hub, org, [`Ada of ${org}`, `Grace of ${org}`]));
});
afterAll(() => releases[Symbol.asyncDispose]());

const signersOf = (org: Member): readonly Signer[] => approvers.get(org) ?? [];
const contributionOf = (org: Member): Contribution =>
  contributions.get(org) ?? { statement: '', files: new Map() };
const both = (): readonly Contribution[] => ORGS.map(contributionOf);

/** Rules that permit every notice without `urgent`, an attribute that the schema in force does not have. */
const newRules = (org: Member): ReleaseFiles =>
  new Map(
    ['export', 'import'].map((layer) => [
      `${layer}.cedar`,
      rule(
        `${org}-${layer}-not-urgent`,
        'permit (principal, action, resource) when { !(resource has urgent) };',
      ),
    ]),
  );

async function signingOf(org: Member, keyOf: Member = org) {
  const gateway = await hub.gateway(org);
  const signer = await readSigner(hub.broker.home.org((await hub.gateway(keyOf)).org, 'policy.jwk'));
  return { gateway, signing: { signer, federation: hub.directory().federation, now: hub.clock() } };
}

async function contribute(org: Member, version: number, previous: string | null): Promise<Contribution> {
  const { signing } = await signingOf(org);
  return signContribution({ files: newRules(org), version, previous }, signing);
}

/** Sends a release of a member alone, as its gateway does. */
async function release(org: Member, version: number, previous: string | null): Promise<ReleaseRow> {
  const { gateway, signing } = await signingOf(org);
  const wire = await signRelease({ version, previous, files: newRules(org), approvals: [] }, signing);
  await gateway.send(await gateway.frame([{ release: wire }]));
  return releases.judged(digest(wire.statement), org);
}

/** The files of the federation with `urgent` in the schema. */
function newFederation(): ReleaseFiles {
  const texts = FEDERATION_FILES.map(
    (path) =>
      [
        path,
        readFileSync(join(hub.policiesFolder, path), 'utf8').replace(
          'reviewed?: Bool,',
          'reviewed?: Bool,\n  urgent?: Bool,',
        ),
      ] as const,
  );
  return new Map(texts);
}

interface Joint {
  readonly contributions: readonly Contribution[];
  readonly by: readonly Signer[];
  readonly version?: number;
  readonly previous?: string | null;
}

/** Sends a joint release as an operator does; resolves once both routers have the same judgement on it. */
async function judged({
  by,
  version = 1,
  previous = null,
  contributions: joint,
}: Joint): Promise<ReleaseRow> {
  const files = newFederation();
  const named = { org: LEDGER_OWNER, version, previous, files };
  const signed = { by, loosenings: loosenings.map(({ loosening }) => loosening) };
  const { approvals } = await approve(
    hub,
    { ...named, contributions: contributionDigests({ contributions: joint }) },
    signed,
  );
  const signing = { signer: operator.key, federation: hub.directory().federation, now: hub.clock() };
  const wire = await signRelease({ ...named, approvals, contributions: joint }, signing);
  const content = { statement: wire.statement, files: encodeBase64url(wire.files) };
  const entry = parseEntryId(hexDigest(wire.statement));
  const { part } = await operator.command({ verb: 'release', org: LEDGER_OWNER, entry, release: content });
  expect(part).toMatchObject({ outcome: 'submitted', code: null });
  return releases.judged(digest(wire.statement), LEDGER_OWNER);
}

/** The versions and states of the releases of a member at both routers. */
const known = (org: Member): readonly (readonly string[])[] =>
  releases
    .routers()
    .map(({ store }) => store.releases.of(org).map(({ version, state }) => `${version} ${state}`));

describe('joint releases', () => {
  test('rules that need a new schema are refused alone, and the contribution of a member is no release', async () => {
    const alone = await release('europol', 1, null);
    expect(alone.state).toBe('refused');
    expect(alone.findings).toContain('urgent');
    for (const org of ORGS) contributions.set(org, await contribute(org, 1, null));
    const { gateway } = await signingOf('europol');
    const { statement } = contributionOf('europol');
    const { files } = await signRelease(
      { version: 1, previous: null, files: newRules('europol'), approvals: [] },
      (await signingOf('europol')).signing,
    );
    const frame = await gateway.frame([{ release: { statement, files } }]);
    await gateway.send(frame);
    const { refusals } = await gateway.reportOn(frame);
    expect(refusals.map(({ code }) => code)).toEqual(['token-malformed']);
  });

  test('a joint release without approvals of its contributors is refused, and names what each of them opens', async () => {
    const before = await releases.inForceAtBoth();
    const row = await judged({ contributions: both(), by: [] });
    expect(row.state).toBe('refused');
    loosenings = findingsOf(row).flatMap(({ place, loosening }) =>
      loosening === undefined ? [] : [{ place, loosening }],
    );
    expect(new Set(loosenings.map(({ place }) => place))).toEqual(new Set(ORGS));
    expect(await releases.inForceAtBoth()).toBe(before);
    expect(known('interpol')).toEqual([[], []]);
  });

  test('one person of a contributor is not enough for what its rules open, though each member approved the release', async () => {
    const by = [...signersOf('europol').slice(0, 1), ...signersOf('interpol')];
    const row = await judged({ contributions: both(), by });
    expect([row.state, new Set(findingsOf(row).map(({ place }) => place))]).toEqual([
      'refused',
      new Set(['europol']),
    ]);
  });

  test('schema and rules of two members come into force at once at both routers, and a router that lost its disk has them again', async () => {
    const by = [...signersOf('europol'), ...signersOf('interpol')];
    const row = await judged({ contributions: both(), by });
    expect(row, row.findings ?? '').toMatchObject({ state: 'in-force', version: 1 });
    const bundle = await releases.inForceAtBoth();
    for (const { policies, store } of releases.routers()) {
      expect(policies.forRouter.policy()?.bundle).toBe(bundle);
      for (const org of ORGS) {
        const inForce = store.releases.listInForce().find((one) => one.org === org);
        expect(inForce).toMatchObject({ version: 1, digest: readContribution(contributionOf(org)).digest });
      }
    }
    const europol = await hub.gateway('europol');
    const sent = await europol.frame([await europol.issue()]);
    await europol.send(sent);
    const { shares, bundle: decidedBy } = await europol.reportOn(sent);
    expect([shares.map(({ to }) => to), decidedBy]).toEqual([['interpol'], bundle]);
    await releases.loseDisk(2);
    expect(await releases.inForceAtBoth()).toBe(bundle);
    expect(known('interpol')).toEqual([['1 in-force'], ['1 in-force']]);
  });

  test('the next release of a contributor follows its contribution', async () => {
    const { digest: previous } = readContribution(contributionOf('europol'));
    const row = await release('europol', 2, previous);
    expect(row.state, row.findings ?? '').toBe('in-force');
    expect(known('europol')[0]).toEqual(expect.arrayContaining(['2 in-force', '1 replaced']));
  });

  test('a joint release with a contribution that does not follow the release in force, or with two of one member, is refused', async () => {
    const inForce = releases.routers()[0]?.store.releases.listInForce();
    const previous = inForce?.find(({ org }) => org === LEDGER_OWNER)?.digest ?? null;
    const twice = [contributionOf('europol'), contributionOf('europol')];
    const row = await judged({ contributions: twice, by: [], version: 2, previous });
    const stale = { place: 'europol', message: 'version 1 is not above version 2, which is in force' };
    expect(findingsOf(row)).toEqual([stale, { place: 'europol', message: 'it contributes twice' }, stale]);
  });
});
