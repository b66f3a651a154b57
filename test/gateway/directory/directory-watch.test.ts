import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { rfc3339, seconds } from '../../../services/shared/kernel/clock.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import {
  type DirectoryPart,
  signDirectoryRecord,
} from '../../../services/shared/ledger/directory/directory-record.js';
import { cosign } from '../../../services/shared/tlog/cosignature.js';
import {
  memberPolicy,
  witnessNameOf,
  witnessPolicyDigest,
  witnessPolicyFrom,
} from '../../../services/shared/tlog/member-witnesses.js';
import { formatSignatureLine, parseNote } from '../../../services/shared/tlog/signed-note.js';
import { noteSignerOf, SIGNATURE_TYPES } from '../../../services/shared/tlog/vkey.js';
import { importByteSigner } from '../../../services/shared/trust/byte-signer.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { type Directory, openDirectory } from '../../../services/shared/trust/directory.js';
import { type KeyEntry, listedKeyOf } from '../../../services/shared/trust/directory-key.js';
import type { DirectorySource } from '../../../services/shared/trust/directory-source.js';
import { signWitnessApproval } from '../../../services/shared/trust/directory/witness-list.js';
import { generateKey, importSigner } from '../../../services/shared/trust/keys.js';
import { readAnchor } from '../../../services/shared/trust/read-directory.js';
import { verifyEvidence } from '../../../services/shared/verify/verify-evidence.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { nextDirectory, revoking } from '../craft.js';
import { playEntries, type PlayedEntries } from '../inclusion/play-entries.js';
import { type Hub, playHub } from '../play-hub.js';
import { example, type Json, startGateway, type Started } from '../start-gateway.js';

const ORGS = ['europol', 'afripol', 'interpol'];
const OWED_MS = 1_500;
const settings = { owedMs: OWED_MS, unwitnessedMs: OWED_MS, previewMs: 500 };
const AMERIPOL = parseOrgId('ameripol');
const WINDOW = {
  notBefore: `${new Date(Date.now() - 60_000).toISOString().slice(0, 19)}Z`,
  notAfter: '2099-01-01T00:00:00Z',
};
let broker: Broker;
let hub: Hub;
let log: PlayedEntries;
let gateway: Started;

const start = (): Promise<Started> => startGateway(broker, 'europol', { settings });

beforeEach(async () => {
  broker = await startBroker({ orgs: ORGS });
  gateway = await start();
  hub = await playHub(broker, gateway.identity.directory.current());
  log = await playEntries({ broker, hub, orgs: ORGS, now: () => new Date() });
  await hub.serve('europol');
  await log.append();
  await log.show();
});
afterEach(async () => {
  log?.stop();
  await Promise.all([gateway?.stop(), hub?.stop()]);
  await broker?.close();
});

const counting = () => gateway.identity.directory.current();
const isRaised = (name: string): boolean => gateway.alarms.list().some(({ alarm }) => alarm === name);

/** Sends the gateway the next version, and resolves to its record, which is on no log yet; `change` replaces fields of its part. */
async function send(
  frame: Uint8Array,
  change: Partial<DirectoryPart> = {},
): Promise<{ readonly next: Directory; readonly record: string }> {
  await gateway.directory.adopt(frame);
  const next = await openDirectory(frame, readAnchor(broker.home));
  const policy = witnessPolicyDigest(witnessPolicyFrom(next));
  const { version, digest: named } = next;
  const part = { type: 'directory', version, digest: named, policy, ...change } as const;
  const record = await signDirectoryRecord(part, {
    signer: hub.signer,
    federation: next.federation,
    now: new Date(),
  });
  log.directories.set(next.digest, record);
  return { next, record: record.digest };
}

const edited = (edit: (source: DirectorySource) => DirectorySource): Promise<Uint8Array> =>
  nextDirectory(broker, counting(), edit);

/** The next version with one more member, and with the receipt key of another one revoked. */
async function withMember(): Promise<Uint8Array> {
  const key = await generateKey('ameripol:notice:1');
  const entry = { kid: key.kid, ...listedKeyOf(key), ...WINDOW };
  const revokedAt = `${new Date(Date.now() - 60_000).toISOString().slice(0, 19)}Z`;
  return edited((source) => {
    const { interpol } = source.organisations;
    const keys = interpol!.keys.map((one) =>
      one.kid === 'interpol:receipt:1' ? { ...one, revokedAt } : one,
    );
    const organisations = {
      ...source.organisations,
      interpol: { ...interpol!, keys },
      ameripol: { ...interpol!, keys: [entry] },
    };
    return { ...source, organisations };
  });
}

async function lastEvidence() {
  const { items } = (await gateway.call('GET', '/v1/evidence')).body as { readonly items: readonly Json[] };
  const file = (await gateway.call('GET', `/v1/evidence/${String(items.at(-1)?.['id'])}`)).body;
  const verified = await verifyEvidence(JSON.stringify(file), {
    root: readAnchor(broker.home),
    now: new Date(),
  });
  return { item: items.at(-1), verified };
}

describe('gateway: a version of the directory', () => {
  test('revokes at once, and adds a member once its record is proved to be on the log; both outlast a restart', async () => {
    const { record } = await send(await withMember());
    expect(counting().version).toBe(2);
    expect(counting().key('interpol:receipt:1')?.revokedAt).toBeDefined();
    expect([counting().organisations.has(AMERIPOL), counting().key('ameripol:notice:1')]).toEqual([
      false,
      undefined,
    ]);
    await gateway.stop();
    gateway = await start();
    expect(counting().key('interpol:receipt:1')?.revokedAt).toBeDefined();
    expect(counting().organisations.has(AMERIPOL)).toBe(false);
    await log.append(record);
    await until('the member', () => counting().key('ameripol:notice:1'));
    expect(gateway.directory.pending()).toBeUndefined();
    await gateway.stop();
    gateway = await start();
    expect(counting().organisations.has(AMERIPOL)).toBe(true);
  });

  test('that the hub left out of its log is an alarm with a claim that verifies, until it is proved', async () => {
    const { next, record } = await send(await withMember());
    await until('the alarm', () => isRaised('record-missing'));
    const { item, verified } = await lastEvidence();
    expect(item).toMatchObject({ what: 'record-missing', originator: null });
    expect([verified.kind, verified.holds]).toEqual(['claim', false]);
    expect(verified.lines.filter(({ ok }) => ok === false)).toEqual([]);
    expect(verified.lines.at(-1)?.says).toMatch(
      `europol says that the hub owes it the inclusion of the record about the directory ${next.digest} since `,
    );
    expect(counting().organisations.has(AMERIPOL)).toBe(false);
    await log.append(record);
    await until('its end', () => !isRaised('record-missing'));
    expect(counting().organisations.has(AMERIPOL)).toBe(true);
  });

  test.each([
    ['another directory', { digest: digest('another directory') }],
    ['another witness policy', { policy: digest('another policy') }],
  ])('is not proved by a record of %s that is on the log', async (_, change) => {
    const { record } = await send(await withMember(), change);
    await log.append(record);
    await until('the alarm', () => isRaised('record-missing'));
    expect(counting().organisations.has(AMERIPOL)).toBe(false);
  });

  test('with witnesses that the hub made does not count although they cosign its record: alarms about the record and the own key', async () => {
    const keys = new Map(
      await Promise.all(ORGS.map(async (org) => [org, await generateKey(`${org}:witness:2`)] as const)),
    );
    const { record } = await send(
      await edited((source) => {
        const organisations = Object.entries(source.organisations).map(([org, member]) => {
          const made = keys.get(org)!;
          const entry: KeyEntry = { kid: made.kid, ...listedKeyOf(made), ...WINDOW };
          return [org, { ...member, keys: [...member.keys, entry] }] as const;
        });
        return { ...source, organisations: Object.fromEntries(organisations) };
      }),
    );
    log.cosign = (note) =>
      Promise.all(
        [...keys].map(async ([org, key]) => {
          const made = noteSignerOf(
            witnessNameOf('demo', org),
            SIGNATURE_TYPES.cosignature,
            await importByteSigner(key),
          );
          return formatSignatureLine(cosign(parseNote(note).text, seconds(new Date()), made));
        }),
      );
    log.isHasty = true;
    await log.append(record);
    await until('the alarm about the own key', () => isRaised('own-key-foreign'));
    await until('the alarm about the record', () => isRaised('record-missing'));
    const { item, verified } = await lastEvidence();
    expect(item).toMatchObject({ what: 'record-missing' });
    expect(verified.lines.filter(({ ok }) => ok === false)).toEqual([]);
    expect(gateway.directory.pending()?.next.version).toBe(2);
    expect(counting().key('afripol:witness:2')).toBeUndefined();
    expect(counting().key('europol:witness:2')).toBeUndefined();
  });

  test('with an own key beside a key file that cannot be read: the gateway starts, and counts the key once the file can be', async () => {
    await gateway.stop();
    const made = await generateKey('europol:notice:2');
    const folder = broker.home.org(parseOrgId('europol'));
    const damaged = join(folder, 'policy.jwk.next');
    writeFileSync(damaged, '{', { mode: 0o600 });
    writeFileSync(join(folder, 'notice.jwk.next'), JSON.stringify(made), { mode: 0o600 });
    gateway = await start();
    expect(isRaised('key-not-read')).toBe(true);
    const entry: KeyEntry = { kid: made.kid, ...listedKeyOf(made), ...WINDOW };
    await send(
      await edited((source) => {
        const { europol } = source.organisations;
        const keys = [...europol!.keys, entry];
        return { ...source, organisations: { ...source.organisations, europol: { ...europol!, keys } } };
      }),
    );
    expect(isRaised('own-key-foreign')).toBe(true);
    rmSync(damaged);
    await until('the end of the alarm', () => !isRaised('own-key-foreign'));
    expect(counting().key('europol:notice:2')?.x).toBe(made.x);
  });

  test('that takes away every other witness does not let this gateway prove records alone: record-missing', async () => {
    await gateway.directory.adopt(
      await revoking(broker, counting(), ['afripol:witness:1', 'interpol:witness:1']),
    );
    expect([...memberPolicy(counting(), new Date()).witnesses.keys()]).toEqual(['europol']);
    log.witnesses = ['europol'];
    log.isHasty = true;
    const { body } = await gateway.call('POST', '/v1/notices', { body: example('red') });
    await until('the report', () => gateway.store.own.find(String(body['id']))?.state === 'routed');
    const record = [...hub.reports.values()].at(-1)!.digest;
    await log.append(record);
    const { evidence, logProofs } = gateway.store;
    await until('a proof or a claim', () => logProofs.proofOf(record) ?? evidence.byDigest(record));
    expect(logProofs.proofOf(record)).toBeUndefined();
    await until('the alarm', () => isRaised('record-missing'));
  });

  test('on another history of the log than the one that this gateway cosigned is not proved, although all witnesses cosigned it', async () => {
    const cosigned = broker.home.org(parseOrgId('europol'), 'cosigned.json');
    await until('the first cosignature', () => existsSync(cosigned));
    const { record } = await send(await withMember());
    log.fork();
    log.isHasty = true;
    await log.append(record);
    await until('the alarm', () => isRaised('record-missing'));
    expect(counting().organisations.has(AMERIPOL)).toBe(false);
  });

  test('beside another one of the same number convicts the root, and is not used', async () => {
    const first = counting();
    await send(await withMember());
    await gateway.directory.adopt(await revoking(broker, first, ['afripol:receipt:1']));
    expect(isRaised('directory-forked')).toBe(true);
    await until('the evidence', () => gateway.store.evidence.list().length > 0);
    const { item, verified } = await lastEvidence();
    expect(item).toMatchObject({ what: 'directory-forked' });
    expect([verified.kind, verified.holds]).toEqual(['conviction', true]);
    expect(verified.lines.at(-1)?.says).toBe(
      'the root is convicted (directory-forked): it signed versions 2 and 2, and only one of the two can be',
    );
    expect(counting().key('afripol:receipt:1')?.revokedAt).toBeUndefined();
  });

  test('that names witnesses adds nothing if its approvers are in no proved version', async () => {
    const made = await Promise.all(ORGS.map((org) => generateKey(`${org}:approver:9`)));
    const list = { number: 1, members: ['afripol', 'ameripol', 'europol', 'interpol'] };
    const now = new Date();
    const approvals = await Promise.all(
      made.map(async (key) =>
        signWitnessApproval(list, { signer: await importSigner(key), federation: 'demo', now }),
      ),
    );
    const listed = await edited((source) => {
      const organisations = Object.entries(source.organisations).map(([org, member]) => {
        const key = made.find(({ kid }) => kid.startsWith(`${org}:`))!;
        const entry = { kid: key.kid, ...listedKeyOf(key), ...WINDOW, person: `Invented ${org}` };
        return [org, { ...member, keys: [...member.keys, entry] }] as const;
      });
      const ameripol = { ...source.organisations['interpol']!, keys: [] };
      return { ...source, organisations: { ...Object.fromEntries(organisations), ameripol } };
    });
    const { next } = await send(listed);
    const witnesses = { ...list, since: rfc3339(now), approvals };
    const issuedAt = rfc3339(now);
    const { record } = await send(
      await nextDirectory(broker, next, (source) => ({ ...source, issuedAt, witnesses })),
    );
    await log.append(record);
    await until('the alarm', () => isRaised('directory-refused'));
    await new Promise((resolve) => setTimeout(resolve, 2 * OWED_MS));
    expect(isRaised('record-missing')).toBe(false);
    expect(gateway.directory.pending()?.next.witnesses).toEqual(witnesses);
    expect(counting().witnesses).toBeUndefined();
  });
});
