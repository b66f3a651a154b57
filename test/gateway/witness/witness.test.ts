import { copyFileSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { pause } from '../../../services/shared/kernel/pause.js';
import { memberPolicy } from '../../../services/shared/tlog/member-witnesses.js';
import { parseNote } from '../../../services/shared/tlog/signed-note.js';
import { cosignaturesOn } from '../../../services/shared/tlog/witness-policy.js';
import { listedKeyOf } from '../../../services/shared/trust/directory-key.js';
import type { DirectorySource } from '../../../services/shared/trust/directory-source.js';
import { generateKey } from '../../../services/shared/trust/keys.js';
import { nextKeyOf } from '../../../services/shared/trust/signers/own-signer.js';
import { readAnchor } from '../../../services/shared/trust/read-directory.js';
import { verifyEvidence } from '../../../services/shared/verify/verify-evidence.js';
import type { Claims } from '../../../services/shared/trust/jws.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { nextDirectory } from '../craft.js';
import { memberCosignature } from '../../shared/tlog/member-cosignature.js';
import { type Hub, playHub } from '../play-hub.js';
import { hearLog, type Json, startGateway, type Started } from '../start-gateway.js';
import { answerByTree, type PlayedLog, playLog } from './play-log.js';

const ORG = 'afripol';
let broker: Broker;
let hub: Hub;
let log: PlayedLog;
let gateway: Started;
/** Seconds that the clock of gateway and hub is ahead: equal questions within a second are one. */
let ahead = 0;
const clock = (): Date => new Date(Date.now() + ahead * 1000);
let asked: Claims[] = [];

let { log: logger, lines } = hearLog();

const start = (settings: { unwitnessedMs?: number } = {}): Promise<Started> =>
  startGateway(broker, ORG, { clock, log: logger, settings });

beforeEach(async () => {
  ({ log: logger, lines } = hearLog());
  broker = await startBroker({ orgs: ['europol', ORG] });
  gateway = await start();
  hub = await playHub(broker, gateway.identity.directory.current(), clock);
  log = await playLog(broker, hub, { now: clock });
  await hub.serve(ORG);
  asked = answerByTree(hub, () => log);
});
afterEach(async () => {
  await Promise.all([gateway?.stop(), hub?.stop()]);
  await broker?.close();
});

const alarms = (): readonly string[] => gateway.alarms.list().map(({ alarm }) => alarm);
const kept = (): readonly string[] => gateway.store.evidence.list().map(({ what }) => what);
const cosignatures = (): readonly Claims[] =>
  asked.filter(({ type, note }) => type === 'cosign' && note === undefined);
const cosigned = (): readonly unknown[] => cosignatures().map(({ size }) => size);
const lineOf = (at: number): string => String(cosignatures()[at]?.['line']);
const shownToHub = (): readonly unknown[] => asked.flatMap(({ note }) => note ?? []);

async function publish(size: number, more: Partial<Parameters<PlayedLog['publish']>[1]> = {}): Promise<void> {
  ahead += 2;
  await log.publish(ORG, { note: log.note(size), size, ...more });
}

/** Publishes the first checkpoint, of five entries, and waits until it is cosigned. */
async function begin(): Promise<void> {
  await publish(5);
  await until('the first cosignature', () => cosigned().length === 1);
}

/** Has the gateway adopt the next version of the directory. */
async function change(edit: (source: DirectorySource) => DirectorySource): Promise<void> {
  const { directory } = gateway.identity;
  await directory.adopt(await nextDirectory(broker, directory.current(), edit));
}

/** The kept evidence as it is listed, and what verifying the newest as a file says. */
async function listedAndVerified() {
  const { items } = (await gateway.call('GET', '/v1/evidence')).body as { readonly items: readonly Json[] };
  const { body } = await gateway.call('GET', `/v1/evidence/${String(items.at(-1)?.['id'])}`);
  const context = { root: readAnchor(broker.home), now: clock() };
  const { holds, lines } = await verifyEvidence(JSON.stringify(body), context);
  return { listed: items, holds, verdict: lines.at(-1)?.says };
}

const secondsOf = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

describe('gateway: a witness of the ledger’s log', () => {
  test('cosigns each checkpoint that follows, and sends a cosignature again only while it is not shown', async () => {
    await begin();
    const policy = memberPolicy(hub.directory, clock());
    const note = parseNote(log.note(5) + lineOf(0));
    expect((await cosignaturesOn(note, policy)).map(({ key }) => key.name)).toEqual(['demo/afripol']);
    await publish(5);
    await until('it to be sent again', () => cosigned().length === 2);
    expect(lineOf(1)).toBe(lineOf(0));
    const before = gateway.store.facts.text('checkpoint');
    await publish(5, { cosignatures: [lineOf(0)] });
    await until('it to be read', () => gateway.store.facts.text('checkpoint') !== before);
    await publish(7, { proof: log.tree.proof(5, 7) });
    await until('the next cosignature', () => cosigned().includes(7));
    expect(cosigned()).toEqual([5, 5, 7]);
    expect(alarms()).toEqual([]);
  });

  test('asks for the proof from the size that it cosigned last where it missed a checkpoint', async () => {
    await begin();
    await publish(12, { proof: log.tree.proof(8, 12) });
    await until('the next cosignature', () => cosigned().includes(12));
    expect(asked.filter(({ type }) => type === 'consistency')).toEqual([
      { type: 'consistency', from: 5, to: 12 },
    ]);
    expect(alarms()).toEqual([]);
  });

  test('cosigns no other root for a size: an alarm that the true log does not end, and both notes are kept as evidence', async () => {
    await begin();
    const signed = log.note(5, log.tree.mth(1, 6));
    // A line that a component on the way added: the kept evidence must not have it.
    const fork = signed + (await memberCosignature(broker, 'europol', signed));
    await publish(5, { note: fork });
    await until('the alarm', () => alarms().includes('log-forked'));
    const [kept, ...more] = gateway.store.evidence.list();
    expect([kept?.what, more]).toEqual(['fork', []]);
    const { bytes } = gateway.store.evidence.byDigest(kept!.digest)!;
    expect(JSON.parse(Buffer.from(bytes).toString())).toMatchObject({
      cosigned: { note: log.note(5) },
      shown: { note: signed },
    });
    expect(await listedAndVerified()).toMatchObject({
      listed: [{ what: 'log-forked', originator: null, recipient: null, frame: null }],
      holds: true,
      verdict: 'hub is convicted (log-forked): hub:log:1 signed two roots of demo/liaison/1 at 5 entries',
    });
    await publish(9, { proof: log.tree.proof(5, 9) });
    await until('the true log to be cosigned', () => cosigned().includes(9));
    expect(cosigned()).toEqual([5, 9]);
    expect(alarms()).toEqual(['log-forked']);
  });

  test('cosigns no larger checkpoint that the cosigned one is not a part of, whatever proof the hub gives', async () => {
    await gateway.stop();
    gateway = await start({ unwitnessedMs: 2_000 });
    await begin();
    const fork = log.note(9, log.tree.mth(1, 10));
    await publish(9, { note: fork, proof: log.tree.proof(5, 9) });
    await until('the alarm', () => alarms().includes('log-unproved'));
    expect(cosigned()).toEqual([5]);
    await until('the evidence', () => kept().join() === 'unproved');
    expect(alarms()).not.toContain('log-forked');
    await publish(9, { proof: log.tree.proof(5, 9) });
    await until('the conviction', () => kept().join() === 'unproved,fork');
    expect(await listedAndVerified()).toMatchObject({
      listed: [{ what: 'log-unproved' }, { what: 'log-forked' }],
      holds: true,
    });
    await until('its end', () => !alarms().includes('log-unproved'));
    expect([cosigned(), alarms()]).toEqual([[5, 9], expect.arrayContaining(['log-forked'])]);
  });

  test.each([
    ['is not answered', undefined],
    ['is answered without a proof', { type: 'consistency', proof: null }],
  ])('a checkpoint whose proof %s is an alarm until it is proved, and evidence', async (_, given) => {
    await gateway.stop();
    gateway = await start({ unwitnessedMs: 2_000 });
    await begin();
    const { answer } = hub;
    hub.answer = (query, ...more) => (query['type'] === 'consistency' ? given : answer(query, ...more));
    await publish(9);
    await until('the alarm', () => alarms().includes('log-unproved'));
    await publish(5);
    await until('the cosigned one to be read', () => cosigned().length === 2);
    await pause(1_500);
    expect([cosigned(), alarms().includes('log-unproved')]).toEqual([[5, 5], true]);
    await until('the evidence', () => kept().join() === 'unproved');
    expect(await listedAndVerified()).toMatchObject({ listed: [{ what: 'log-unproved' }], holds: false });
    hub.answer = answer;
    await until('the proof', async () => {
      await publish(12);
      return cosigned().includes(12);
    });
    await until('its end', () => !alarms().includes('log-unproved'));
    expect([kept(), alarms().includes('log-forked')]).toEqual([['unproved'], false]);
  });

  test('a log that shows fewer entries than were cosigned is an alarm, and the hub is shown the cosigned checkpoint; a late message is no alarm', async () => {
    const before = clock();
    await begin();
    await publish(3, { time: before });
    await publish(8, { proof: log.tree.proof(5, 8) });
    await until('the next cosignature', () => cosigned().includes(8));
    expect(alarms()).toEqual([]);
    expect(shownToHub()).toEqual([]);
    await publish(4);
    await until('the alarm', () => alarms().includes('log-forked'));
    expect(cosigned()).toEqual([5, 8]);
    await until('the hub to be shown it', () => shownToHub().length === 1);
    expect(shownToHub()).toEqual([log.note(8)]);
  });

  test('an old checkpoint beside a newer heartbeat that says another size is no fork, and the heartbeat counts', async () => {
    await begin();
    await publish(8, { proof: log.tree.proof(5, 8) });
    await until('the next cosignature', () => cosigned().includes(8));
    const before = gateway.store.facts.text('checkpoint');
    await publish(5, { sealed: 8 });
    await until('it to be read', () => gateway.store.facts.text('checkpoint') !== before);
    await publish(9, { proof: log.tree.proof(8, 9) });
    await until('the next cosignature', () => cosigned().includes(9));
    expect(gateway.store.evidence.list()).toEqual([]);
  });

  test('after a stop between storing and sending, the stored cosignature is sent, and no other root is cosigned', async () => {
    const { answer } = hub;
    hub.answer = (query) => {
      asked.push(query);
      return undefined;
    };
    await begin();
    await gateway.stop();
    hub.answer = answer;
    ahead += 60;
    gateway = await start();
    await publish(5, { note: log.note(5, log.tree.mth(2, 7)) });
    await until('the alarm', () => alarms().includes('log-forked'));
    await publish(5);
    await until('it to be sent again', () => cosigned().length === 2);
    expect(lineOf(1)).toBe(lineOf(0));
  });

  test('with an older `gateway.db` put back, no other root for a size that was signed is cosigned: an alarm', async () => {
    const path = broker.home.org(parseOrgId(ORG), 'gateway.db');
    await gateway.stop();
    copyFileSync(path, `${path}.copy`);
    gateway = await start();
    await begin();
    await gateway.stop();
    for (const name of [path, `${path}-wal`, `${path}-shm`]) rmSync(name, { force: true });
    copyFileSync(`${path}.copy`, path);
    ahead += 60;
    gateway = await start();
    await publish(5, { note: log.note(5, log.tree.mth(2, 7)) });
    await until('the alarm', () => alarms().includes('log-forked'));
    expect(cosigned()).toEqual([5]);
    expect(kept()).toEqual(['fork']);
  });

  test('with a damaged file of what was cosigned a gateway does not start, and cosigns nothing anew', async () => {
    await begin();
    await gateway.stop();
    const path = broker.home.org(parseOrgId(ORG), 'cosigned.json');
    const whole = readFileSync(path, 'utf8');
    for (const damaged of ['', '{}', whole.slice(0, 40), whole.replace('\\n5\\n', '\\n05\\n')]) {
      writeFileSync(path, damaged);
      await expect(start()).rejects.toMatchObject({ code: 'config-invalid' });
    }
    writeFileSync(path, whole);
    gateway = await start();
  });

  test('a checkpoint that was cosigned before the witness key was replaced is cosigned again with the next key', {
    tags: ['long'],
  }, async () => {
    await begin();
    const key = await generateKey(`${ORG}:witness:2`);
    const path = nextKeyOf(broker.home.org(parseOrgId(ORG), 'witness.jwk'));
    writeFileSync(path, JSON.stringify(key), { mode: 0o600 });
    await change(({ organisations, ...source }) => {
      const member = organisations[ORG]!;
      const notBefore = secondsOf(Date.now() - 60_000);
      const next = { kid: key.kid, ...listedKeyOf(key), notBefore, notAfter: member.keys[0]!.notAfter };
      const changed = { ...member, keys: [...member.keys, next] };
      return { ...source, organisations: { ...organisations, [ORG]: changed } };
    });
    await until('the next key', () => gateway.witnessKey?.().kid === key.kid);
    await publish(5, { cosignatures: [lineOf(0)] });
    await until('the next cosignature', () => cosigned().length === 2);
    const policy = memberPolicy(gateway.identity.directory.current(), clock());
    expect(await cosignaturesOn(parseNote(log.note(5) + lineOf(1)), policy)).toHaveLength(1);
    expect(await cosignaturesOn(parseNote(log.note(5) + lineOf(0)), policy)).toEqual([]);
  });

  test('cosigns nothing that a revoked key of the log signed', async () => {
    await begin();
    const { kid } = gateway.identity.directory.current().hub.keys.find(({ use }) => use === 'log')!;
    const revokedAt = secondsOf(Date.now() - 60_000);
    await change(({ hub: { keys, ...more }, ...source }) => ({
      ...source,
      hub: { ...more, keys: keys.map((key) => (key.kid === kid ? { ...key, revokedAt } : key)) },
    }));
    await publish(7, { proof: log.tree.proof(5, 7) });
    await until('the refusal', () => lines.some(({ code }) => code === 'key-unknown'));
    expect(cosigned()).toEqual([5]);
  });

  test('a gateway without a witness key cosigns nothing and says so', async () => {
    await gateway.stop();
    const path = broker.home.org(parseOrgId(ORG), 'witness.jwk');
    renameSync(path, `${path}.away`);
    gateway = await start();
    await publish(5);
    await until('the alarm', () => alarms().includes('witness-without-key'));
    expect(cosigned()).toEqual([]);
  });
});
