import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LEDGER_OWNER } from '../../../services/shared/ledger/command-content.js';
import { MAX_RELEASE_BYTES } from '../../../services/shared/wire/frame-limits.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { revoking } from '../craft.js';
import { type Hub, playHub } from '../play-hub.js';
import { startGateway, type Started } from '../start-gateway.js';
import {
  answering,
  FEDERATION,
  NONE,
  OWN,
  type PlayedFiles,
  packedFiles,
  RECORDED_AT,
  released,
  unreleased,
} from './craft-in-force.js';

let broker: Broker;
let hub: Hub;
let gateway: Started;
let signing: { readonly broker: Broker; readonly directory: Hub['directory'] };

beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  gateway = await startGateway(broker, 'europol');
  hub = await playHub(broker, gateway.identity.directory.current());
  signing = { broker, directory: hub.directory };
  await hub.serve('europol');
});
afterAll(async () => {
  await Promise.all([gateway?.stop(), hub?.stop()]);
  await broker?.close();
});

/** The gateway's answer where the hub answers this. */
async function inForce(federation: PlayedFiles, own: PlayedFiles) {
  hub.answer = answering(federation, own);
  const { status, body } = await gateway.call('GET', '/v1/policies/in-force');
  return { status, code: body['code'], body };
}

const listed = (files: ReadonlyMap<string, string>) =>
  Array.from(files, ([name, text]) => ({ name, text })).toSorted((a, b) => (a.name < b.name ? -1 : 1));

/** Files of which gzip makes almost as many bytes as a release may have. */
function largest(files: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const room = MAX_RELEASE_BYTES - gzipSync(JSON.stringify([...files])).length - 2_000;
  const text = randomBytes(Math.floor(room / 1.02)).toString('base64');
  return new Map([...files].map(([name, each], at) => [name, at === 0 ? `${each}// ${text}\n` : each]));
}

describe('gateway: the policies in force', () => {
  test('are the files that the hub answers, each with the release whose signature was verified', async () => {
    const [federation, own] = await Promise.all([
      released(signing, { files: FEDERATION, org: LEDGER_OWNER, version: 7 }),
      released(signing, { files: OWN }),
    ]);
    const shown = await inForce(federation, own);
    const release = (of: PlayedFiles, version: number) => ({
      version,
      statement: digest(String(of['statement'])),
      recordedAt: RECORDED_AT,
      keyRevoked: false,
    });
    expect(shown).toMatchObject({ status: 200 });
    expect(shown.body).toEqual({
      federation: { release: release(federation, 7), files: listed(FEDERATION) },
      own: { release: release(own, 3), files: listed(OWN) },
    });
  });

  test('name no release for files of the federation that are in none, and no own rules before the first release', async () => {
    const { body } = await inForce(unreleased(FEDERATION), NONE);
    expect(body).toEqual({ federation: { release: null, files: listed(FEDERATION) }, own: null });
  });

  test('may be what this organisation contributed to a joint release', async () => {
    const own = await released(signing, { files: OWN, version: 4, isContribution: true });
    const { status, body } = await inForce(unreleased(FEDERATION), own);
    expect([status, body['own']]).toEqual([
      200,
      { release: expect.objectContaining({ version: 4 }), files: listed(OWN) },
    ]);
  });

  test('of the size that the broker carries pass: the largest releases of an organisation and of the federation', async () => {
    const [federation, own] = await Promise.all([
      released(signing, { files: largest(FEDERATION), org: LEDGER_OWNER }),
      released(signing, { files: largest(OWN) }),
    ]);
    for (const { files } of [federation, own]) expect(files.length).toBeGreaterThan(MAX_RELEASE_BYTES * 0.9);
    expect(await inForce(federation, own)).toMatchObject({ status: 200 });
  });

  test('with another file than the organisation or the operator signed are refused as `digest-mismatch`', async () => {
    const [federation, own] = await Promise.all([
      released(signing, { files: FEDERATION, org: LEDGER_OWNER }),
      released(signing, { files: OWN }),
    ]);
    const changed = (files: ReadonlyMap<string, string>, org: string) =>
      packedFiles(new Map([...files].map(([name, text]) => [name, `${text}// changed\n`])), org);
    const contributed = await released(signing, { files: OWN, isContribution: true });
    for (const [ofAll, ofOwn] of [
      [{ ...federation, files: changed(FEDERATION, LEDGER_OWNER) }, own],
      [federation, { ...own, files: changed(OWN, 'europol') }],
      [federation, { ...contributed, files: changed(OWN, 'europol') }],
    ] as const)
      expect(await inForce(ofAll, ofOwn)).toMatchObject({ status: 400, code: 'digest-mismatch' });
  });

  test('that change while the hub is asked are not used', async () => {
    const [one, other] = await Promise.all(
      [3, 4].map((version) => released(signing, { files: largest(OWN), version })),
    );
    const before = answering(unreleased(FEDERATION), one ?? NONE);
    const after = answering(unreleased(FEDERATION), other ?? NONE);
    hub.answer = (query) => (query['from'] === 0 ? before : after)(query);
    const { status, body } = await gateway.call('GET', '/v1/policies/in-force');
    expect([status, body['code']]).toEqual([503, 'not-ready']);
  });

  test('with a path that no release may have are refused', async () => {
    const packed = (files: object): Uint8Array => gzipSync(JSON.stringify({ files, approvals: [] }));
    const [federation, own] = [Object.fromEntries(FEDERATION), Object.fromEntries(OWN)];
    for (const path of ['../../.bashrc', 'afripol/export.cedar', 'federation/deadlines.yaml']) {
      const ofAll = { ...unreleased(FEDERATION), files: packed({ ...federation, [path]: '' }) };
      expect(await inForce(ofAll, NONE), path).toMatchObject({ status: 422, code: 'release-refused' });
      const signed = await released(signing, { files: OWN });
      const ofOwn = { ...signed, files: packed({ ...own, [path]: '' }) };
      expect(await inForce(unreleased(FEDERATION), ofOwn), path).toMatchObject({ code: 'release-refused' });
    }
  });

  test('with rules that another member signed, alone or for a joint release, are refused', async () => {
    for (const isContribution of [false, true]) {
      const own = await released(signing, { files: OWN, org: 'afripol', isContribution });
      expect(await inForce(unreleased(FEDERATION), own)).toMatchObject({ code: 'release-refused' });
    }
    const federation = await released(signing, { files: OWN, org: 'afripol' });
    const shown = await inForce({ ...federation, files: packedFiles(FEDERATION, LEDGER_OWNER) }, NONE);
    expect(shown).toMatchObject({ code: 'release-refused' });
  });

  test('that no organisation signed are refused as own rules', async () => {
    const own = { ...(await released(signing, { files: OWN })), statement: null, recordedAt: null };
    expect(await inForce(unreleased(FEDERATION), own)).toMatchObject({ code: 'release-refused' });
  });

  test('whose key was revoked after they were recorded say so, and one recorded later is refused', async () => {
    const { directory } = gateway.identity;
    await directory.adopt(await revoking(broker, directory.current(), ['europol:policy:1']));
    const own = await released(signing, { files: OWN });
    const { body } = await inForce(unreleased(FEDERATION), own);
    expect(body['own']).toMatchObject({ release: { keyRevoked: true } });
    const late = { ...own, recordedAt: new Date().toISOString() };
    expect(await inForce(unreleased(FEDERATION), late)).toMatchObject({ code: 'release-refused' });
  });
});
