import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pause } from '../../../services/shared/kernel/pause.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { type EndedLog, LEDGER_OWNER } from '../../../services/shared/ledger/command-content.js';
import { recoveryEntry } from '../../../services/shared/ledger/command/ended-log.js';
import { parseNote } from '../../../services/shared/tlog/signed-note.js';
import type { Claims } from '../../../services/shared/trust/jws.js';
import { readSigner, type Signer } from '../../../services/shared/trust/keys.js';
import { readAnchor } from '../../../services/shared/trust/read-directory.js';
import { verifyEvidence } from '../../../services/shared/verify/verify-evidence.js';
import type { CommandPair } from '../../../services/shared/wire/frames.js';
import { addPerson } from '../../support/add-person.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { craftCommandPair } from '../../support/log/craft-command-pair.js';
import { until } from '../../support/until.js';
import { type Hub, playHub } from '../play-hub.js';
import { type Json, startGateway, type Started } from '../start-gateway.js';
import { answerByTree, type PlayedLog, playLog } from './play-log.js';

const ORG = 'afripol';
let broker: Broker;
let hub: Hub;
let gateway: Started;
let by: readonly [Signer, Signer];
/** The first life of the log, of which the gateway cosigned five entries. */
let first: PlayedLog;
/** What the hub shows now: it proves the checkpoints of this log. */
let shown: PlayedLog;
let ahead = 0;
const clock = (): Date => new Date(Date.now() + ahead * 1000);
let asked: Claims[] = [];

beforeEach(async () => {
  broker = await startBroker({ orgs: ['europol', ORG] });
  by = [await readSigner(broker.home.operatorKey), (await addPerson(broker.home, 'B. Example')).signer];
  gateway = await startGateway(broker, ORG, { clock });
  hub = await playHub(broker, gateway.identity.directory.current(), clock);
  first = await playLog(broker, hub, { now: clock });
  shown = first;
  await hub.serve(ORG);
  asked = answerByTree(hub, () => shown);
  await publish(5);
  await until('the first cosignature', () => cosigned().length === 1);
});
afterEach(async () => {
  await Promise.all([gateway?.stop(), hub?.stop()]);
  await broker?.close();
});

const alarms = (): readonly string[] => gateway.alarms.list().map(({ alarm }) => alarm);
const cosigned = (): readonly unknown[] =>
  asked.flatMap(({ type, note, size }) => (type === 'cosign' && note === undefined ? [size] : []));
const shownToHub = (): readonly unknown[] => asked.flatMap(({ note }) => note ?? []);

async function publish(size: number, more: Partial<Parameters<PlayedLog['publish']>[1]> = {}): Promise<void> {
  ahead += 2;
  await shown.publish(ORG, { note: shown.note(size), size, ...more });
}

const endOf = (log: PlayedLog, size: number, kept = 3): EndedLog => ({
  checkpoint: parseNote(log.note(size)).text,
  kept,
});

interface OrderParams {
  readonly ended: EndedLog;
  readonly signers?: readonly [Signer, Signer];
  readonly life?: number;
}

/** Crafts an order, and the life of the log that it begins. */
async function begin({ ended, signers = by, life = 2 }: OrderParams) {
  const about = { verb: 'recover', org: LEDGER_OWNER, entry: recoveryEntry(ended), ended } as const;
  const { proposal, record } = await craftCommandPair(hub, {
    about,
    outcome: 'recovered',
    by: signers,
    now: clock,
  });
  const entry = Buffer.from(record.digest, 'base64url');
  const recovery: CommandPair = { proposal: proposal.bytes, record: record.bytes };
  return { recovery, next: await playLog(broker, hub, { now: clock, life, first: entry }) };
}

/** The kept evidence, and what verifying the newest as a file says. */
async function verified() {
  const { items } = (await gateway.call('GET', '/v1/evidence')).body as { readonly items: readonly Json[] };
  const { body } = await gateway.call('GET', `/v1/evidence/${String(items.at(-1)?.['id'])}`);
  const { holds, lines } = await verifyEvidence(JSON.stringify(body), {
    root: readAnchor(broker.home),
    now: clock(),
  });
  return { listed: items.map(({ what }) => what), holds, says: lines.at(-1)?.says };
}

describe('gateway: a witness of the next life of the log', () => {
  test.each([
    ['at the checkpoint that it cosigned', 5],
    ['at a larger one', 8],
  ])(
    'takes it with the order of two persons that ends the last life %s, with one alarm, and keeps the order as evidence',
    async (_, size) => {
      const { recovery, next } = await begin({ ended: endOf(first, size) });
      shown = next;
      await publish(3, { recovery });
      await until('the cosignature', () => cosigned().includes(3));
      expect(asked).toContainEqual({ type: 'consistency', from: 1, to: 3 });
      await until('the alarm', () => alarms().includes('log-begun-anew'));
      const missing = size === 5 ? 'entries 3 to 4' : 'entries 3 to 7';
      expect(await verified()).toEqual({
        listed: ['log-begun-anew'],
        holds: true,
        says: `demonstration operator and B. Example ended demo/liaison/1 at ${size} entries; their order says that ${missing} are missing, which nothing proves`,
      });
      await gateway.stop();
      gateway = await startGateway(broker, ORG, { clock });
      await publish(9, { recovery, proof: next.tree.proof(3, 9) });
      await until('the next cosignature', () => cosigned().includes(9));
      expect(alarms()).toEqual([]);
    },
  );

  test('takes its first checkpoint, of the order alone, and those that follow from it', async () => {
    const { recovery, next } = await begin({ ended: endOf(first, 5) });
    shown = next;
    await publish(1, { recovery });
    await until('the cosignature', () => cosigned().includes(1));
    await publish(4, { recovery, proof: next.tree.proof(1, 4) });
    await until('the next cosignature', () => cosigned().includes(4));
    expect(alarms()).toEqual(['log-begun-anew']);
  });

  test.each<[string, () => Promise<{ recovery?: CommandPair; next: PlayedLog }>]>([
    ['without an order', async () => ({ next: (await begin({ ended: endOf(first, 5) })).next })],
    ['with an order that ends the last life at fewer entries', () => begin({ ended: endOf(first, 4) })],
    [
      'with an order that ends it at another root',
      () => begin({ ended: { checkpoint: parseNote(first.note(5, first.tree.mth(1, 6))).text, kept: 3 } }),
    ],
    [
      'with an order that ends another life',
      () =>
        begin({
          ended: { ...endOf(first, 5), checkpoint: parseNote(first.note(5)).text.replace('/1\n', '/2\n') },
        }),
    ],
    ['with an order of one person', () => begin({ ended: endOf(first, 5), signers: [by[0], by[0]] })],
    ['that is not the one after the ended one', () => begin({ ended: endOf(first, 5), life: 3 })],
  ])('does not take a life %s: an alarm, and the hub is shown the cosigned checkpoint', async (_, order) => {
    const { recovery, next } = await order();
    shown = next;
    await publish(3, { ...(recovery && { recovery }) });
    await until('the alarm', () => alarms().includes('log-forked'));
    await until('the hub to be shown it', () => shownToHub().length === 1);
    expect([cosigned(), alarms()]).toEqual([[5], ['log-forked']]);
  });

  test('does not take a life with an order that was given hours before the checkpoint that it cosigned last', async () => {
    const { recovery, next } = await begin({ ended: endOf(first, 8) });
    ahead += 7_200;
    await publish(6, { proof: first.tree.proof(5, 6) });
    await until('the cosignature', () => cosigned().includes(6));
    shown = next;
    await publish(3, { recovery });
    await until('the alarm', () => alarms().includes('log-forked'));
    expect(cosigned()).toEqual([5, 6]);
  });

  test('does not take a life whose first entry is not the record of its order', async () => {
    const { recovery } = await begin({ ended: endOf(first, 5) });
    shown = await playLog(broker, hub, { now: clock, life: 2, first: Buffer.alloc(32, 7) });
    await publish(3, { recovery });
    await until('the question', () => asked.some(({ type }) => type === 'consistency'));
    await publish(1, { recovery });
    await until('the alarm', () => alarms().includes('log-forked'));
    expect(cosigned()).toEqual([5]);
  });

  test('takes neither the last life again nor another first entry for the next one', async () => {
    const { recovery, next } = await begin({ ended: endOf(first, 5) });
    const other = await begin({ ended: endOf(first, 6) });
    shown = next;
    await publish(3, { recovery });
    await until('the cosignature', () => cosigned().includes(3));
    shown = other.next;
    await publish(3, { recovery: other.recovery });
    await until('the alarm', () => alarms().includes('log-forked'));
    expect(await verified()).toMatchObject({
      holds: true,
      says: expect.stringMatching(/signed two roots of demo\/liaison\/2 at 3 entries/),
    });
    shown = first;
    await publish(8, { proof: first.tree.proof(5, 8) });
    await until('the evidence', async () => (await verified()).listed.length === 3);
    expect(cosigned()).toEqual([5, 3]);
  });

  test('takes the life that it is shown first if it has cosigned none', async () => {
    const { recovery, next } = await begin({ ended: endOf(first, 5) });
    await gateway.stop();
    rmSync(broker.home.org(parseOrgId(ORG), 'cosigned.json'));
    gateway = await startGateway(broker, ORG, { clock });
    shown = next;
    await publish(3, { recovery });
    await until('the cosignature', () => cosigned().includes(3));
    await pause(500);
    expect(alarms()).toEqual([]);
  });
});
