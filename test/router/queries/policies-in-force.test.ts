import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { LEDGER_OWNER } from '../../../services/shared/ledger/command-content.js';
import { signApproval } from '../../../services/shared/ledger/release/approval.js';
import { signContribution } from '../../../services/shared/ledger/release/contribution.js';
import { signRelease } from '../../../services/shared/ledger/release/release.js';
import { type ReleaseContent, unpackRelease } from '../../../services/shared/ledger/release/release-files.js';
import { createBundle, type PolicyBundle } from '../../../services/shared/policy/adopted/bundle.js';
import { digest, hexDigest } from '../../../services/shared/trust/digest.js';
import type { Claims } from '../../../services/shared/trust/jws.js';
import { readSigner } from '../../../services/shared/trust/keys.js';
import { startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import type { PlayedGateway } from '../../support/played-gateway.js';
import { FEDERATION, OWN } from '../../gateway/policies/craft-in-force.js';

const SECRET = 'only-interpol-knows';
const rulesOf = (org: string, text: string): ReadonlyMap<string, string> =>
  new Map(['export', 'import'].map((layer) => [`${org}/${layer}.cedar`, `// ${text}\n`]));
const bundleWith = (text: string): PolicyBundle =>
  createBundle([...FEDERATION, ...rulesOf('interpol', text), ...rulesOf('europol', 'unreleased')], digest);

let hub: TestHub;
let router: TestRouter;
let europol: PlayedGateway;
let adopted: PolicyBundle | undefined;
let version = 0;

beforeAll(async () => {
  hub = await startHub({ orgs: ['europol', 'interpol'] });
  router = await hub.start({ takesReleases: true, adoptedPolicies: () => adopted });
  await hub.open(router);
  europol = await hub.gateway('europol');
  await europol.listen();
});
afterAll(() => hub.close());
/** Rates are left behind. */
beforeEach(() => hub.clock.move(60_000));

/** Puts what the ledger names into the view of the router, as a record of it does. */
async function adopt(bundle: PolicyBundle): Promise<void> {
  adopted = bundle;
  const judged = { bundle: bundle.digest, findings: '[]', at: Date.now(), by: 'router-1' };
  await router.store.commit(() => router.store.releases.judge({ release: null, ...judged }));
}

async function signingOf(org: string) {
  const { home } = hub.broker;
  const key = org === LEDGER_OWNER ? home.operatorKey : home.org(parseOrgId(org), 'policy.jwk');
  const { federation } = hub.directory();
  return { signer: await readSigner(key), federation, now: hub.clock() };
}

/** Puts a release into force, and returns its statement; with `isRead` false its bytes are not read from the ledger yet. */
async function release(org: string, content: Omit<ReleaseContent, 'approvals'>, isRead = true) {
  version += 1;
  const approval = await signApproval(
    { release: digest(SECRET), previous: null, loosenings: [hexDigest(SECRET)] },
    await signingOf('interpol'),
  );
  const { statement: token, files } = await signRelease(
    { ...content, version, previous: null, approvals: [approval] },
    await signingOf(org),
  );
  const named = { org, statement: digest(token), digest: digest(`release ${version}`), version };
  const { releases } = router.store;
  await router.store.commit(() => {
    if (isRead) releases.submit({ ...named, token, files, at: Date.parse('2027-01-31T09:00:00Z') });
    const judged = { bundle: adopted?.digest ?? null, findings: '[]', at: Date.now(), by: 'router-1' };
    releases.judge({ release: named, ...judged });
  });
  return token;
}

const ask = (whose: string, from = 0): Promise<Claims> => europol.ask({ type: 'policies', whose, from });

/** The unpacked files of an answer. */
function unpacked({ files }: Claims, org: string): ReleaseContent {
  return unpackRelease(Buffer.from(String(files), 'base64'), parseOrgId(org));
}

describe('router: a query for the policies in force', () => {
  test('gets the adopted files of the federation in no release, and no own rules before the first release', async () => {
    await adopt(bundleWith(SECRET));
    const { files, size, ...answer } = await ask('federation');
    expect(answer).toEqual({ type: 'policies', statement: null, recordedAt: null });
    expect(size).toBe(Buffer.from(String(files), 'base64').length);
    expect(unpacked({ files }, LEDGER_OWNER)).toEqual({ files: FEDERATION, approvals: [] });
    expect(await ask('own')).toEqual({
      type: 'policies',
      statement: null,
      recordedAt: null,
      size: 0,
      files: '',
    });
  });

  test('gets its own release in force with the signed statement', async () => {
    const statement = await release('europol', { files: OWN });
    const answer = await ask('own');
    expect(answer).toMatchObject({ statement, recordedAt: '2027-01-31T09:00:00.000Z' });
    expect(unpacked(answer, 'europol').files).toEqual(OWN);
  });

  test('gets the rest of the packed files from the byte that it names, and none behind their end', async () => {
    const whole = Buffer.from(String((await ask('own'))['files']), 'base64');
    const rest = await ask('own', 100);
    expect(rest).toMatchObject({ size: whole.length, files: whole.subarray(100).toString('base64') });
    expect(await ask('own', whole.length)).toMatchObject({ size: whole.length, files: '' });
  });

  test('gets an answer that the rules of another member, its releases and its approvals do not change', async () => {
    const contributed = async (text: string) =>
      signContribution(
        {
          files: new Map(['export', 'import'].map((layer) => [`${layer}.cedar`, text])),
          version: 9,
          previous: null,
        },
        await signingOf('interpol'),
      );
    const statement = await release(LEDGER_OWNER, {
      files: FEDERATION,
      contributions: [await contributed(`// ${SECRET}\n`)],
    });
    const before = [await ask('federation'), await ask('own')];
    expect(before[0]).toMatchObject({ statement });
    for (const [index, org] of [LEDGER_OWNER, 'europol'].entries()) {
      const { contributions, ...content } = unpacked(before[index] ?? {}, org);
      const texts = [...content.files.values()].join();
      expect([contributions, texts.includes(SECRET)]).toEqual([undefined, false]);
      expect(Object.keys(before[index] ?? {}).toSorted()).toEqual([
        'files',
        'recordedAt',
        'size',
        'statement',
        'type',
      ]);
    }
    expect(unpacked(before[0] ?? {}, LEDGER_OWNER)).toEqual({ files: FEDERATION, approvals: [] });
    await release('interpol', {
      files: new Map([...OWN].map(([name]) => [name, `// ${SECRET} ${'x'.repeat(500)}\n`])),
    });
    await adopt(bundleWith(`${SECRET} and more`));
    hub.clock.move(2_000);
    expect([await ask('federation'), await ask('own')]).toEqual(before);
  });

  test('for the rules of another member, or from no number of bytes, gets `usage`', async () => {
    for (const query of [{ whose: 'interpol', from: 0 }, { whose: 'own', from: -1 }, { whose: 'own' }])
      expect(await europol.ask({ type: 'policies', ...query })).toMatchObject({
        type: 'error',
        code: 'usage',
      });
  });

  test('gets `not-ready` while the bytes of the release in force are not read from the ledger', async () => {
    await release('europol', { files: OWN }, false);
    expect(await ask('own')).toEqual({ type: 'error', code: 'not-ready' });
  });

  test('above its rate gets `rate-limited`, while a question of another type is still answered', async () => {
    hub.clock.freeze(true);
    const asked = Array.from({ length: 24 }, (_, from) => ask('federation', from));
    const codes = (await Promise.all(asked)).map(({ code }) => code);
    expect(codes.filter((code) => code === 'rate-limited').length).toBe(8);
    expect((await europol.ask({ type: 'no-such-question' }))['code']).toBe('usage');
    hub.clock.freeze(false);
  });
});

test('router: a hub whose folder has the rules of all answers a query for the policies in force with `not-yet`', async () => {
  await using other = await startHub({ orgs: ['europol', 'interpol'] });
  await other.open(await other.start());
  const gateway = await other.gateway('europol');
  await gateway.listen();
  const answer = await gateway.ask({ type: 'policies', whose: 'federation', from: 0 });
  expect(answer).toEqual({ type: 'error', code: 'not-yet' });
});
