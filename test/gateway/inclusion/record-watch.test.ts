import { readFileSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { seconds } from '../../../services/shared/kernel/clock.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { pause } from '../../../services/shared/kernel/pause.js';
import { memberPolicy } from '../../../services/shared/tlog/member-witnesses.js';
import { hexOfDigest } from '../../../services/shared/trust/digest.js';
import { readAnchor } from '../../../services/shared/trust/read-directory.js';
import { verifyEvidence } from '../../../services/shared/verify/verify-evidence.js';
import { until } from '../../support/until.js';
import type { Json, Started } from '../start-gateway.js';
import type { PlayedEntries } from './play-entries.js';
import { isRaised, LONG_OWED_MS, OWED_MS, proofAt, startWatched, type Watched } from './watched-records.js';

let played: Watched;
let log: PlayedEntries;
let originator: Started;
let recipient: Started;
let submitted: string;
const clock = (): Date => new Date();

beforeEach(async () => {
  played = await startWatched(clock);
  ({ log, originator, recipient } = played);
});

async function reported(): Promise<string> {
  const { id, record } = await played.reported();
  submitted = id;
  return record;
}

/** The evidence that a gateway lists, and what verifying the newest with the root’s key alone says. */
async function claimed({ call }: Started) {
  const { items } = (await call('GET', '/v1/evidence')).body as { readonly items: readonly Json[] };
  const file = (await call('GET', `/v1/evidence/${String(items.at(-1)?.['id'])}`)).body;
  const verified = await verifyEvidence(JSON.stringify(file), {
    root: readAnchor(played.broker.home),
    now: clock(),
  });
  return { items, verified };
}

const packsOf = () => [
  [originator, `/v1/notices/${submitted}/evidence`] as const,
  [originator, `/v1/notices/${submitted}/evidence?recipient=afripol`] as const,
  [recipient, `/v1/inbox/europol/${submitted}/evidence`] as const,
];

describe('gateway: a record that the hub signed', () => {
  test('has its proof in the packs of originator and recipient, which verify with the policy of the witnesses', async () => {
    const record = await reported();
    await log.append(record);
    await until('both proofs', () => proofAt(originator, record) && proofAt(recipient, record));
    const directory = originator.identity.directory.current();
    const witnesses = memberPolicy(directory, clock());
    for (const [gateway, path] of packsOf()) {
      const { body } = await gateway.call('GET', path);
      const context = { root: readAnchor(played.broker.home), now: clock(), requireLog: true, witnesses };
      const { lines: said } = await verifyEvidence(JSON.stringify(body), context);
      expect(said.filter(({ claim }) => claim === 'log')).toMatchObject([
        {
          ok: true,
          says: expect.stringMatching(/at index 1 of 2, cosigned by demo\/afripol, demo\/europol, /),
        },
      ]);
      expect(said.filter(({ ok }) => ok === false)).toEqual([]);
    }
  });

  test('and has not proved yet has no proof in a pack, which does not wait until the hub answers', async () => {
    log.answer = () => undefined;
    await reported();
    for (const [gateway, path] of packsOf()) {
      const { status, body } = await gateway.call('GET', path);
      expect([status, body['records']]).toMatchObject([200, [{ proof: null }]]);
    }
  });

  test('and did not put on its log is an alarm with a claim at originator and recipient, until it is proved', async () => {
    const record = await reported();
    await until('the alarms', () => isRaised(originator) && isRaised(recipient));
    expect(played.lines.filter(({ alarm }) => alarm === 'record-missing')).toMatchObject([{ record }]);
    for (const [gateway, by, to] of [
      [originator, 'europol', null],
      [recipient, 'afripol', 'afripol'],
    ] as const) {
      const { items, verified } = await claimed(gateway);
      expect(items).toMatchObject([
        { id: hexOfDigest(record), what: 'record-missing', originator: 'europol', recipient: to },
      ]);
      expect([verified.kind, verified.holds]).toEqual(['claim', false]);
      expect(verified.lines.filter(({ ok }) => ok === false)).toEqual([]);
      expect(verified.lines.at(-1)?.says).toMatch(
        `${by} says that the hub owes it the inclusion of the record ${record} since `,
      );
    }
    await log.append(record);
    await until('their end', () => !isRaised(originator) && !isRaised(recipient));
    expect(proofAt(originator, record)).toMatchObject({ index: 1 });
    expect(proofAt(recipient, record)).toMatchObject({ index: 1 });
  });

  test('and lost with an earlier life of its log is no alarm any longer; the claim stays', async () => {
    const record = await reported();
    await until('the alarms', () => isRaised(originator) && isRaised(recipient));
    const path = played.broker.home.org(parseOrgId('europol'), 'cosigned.json');
    const cosigned = JSON.parse(readFileSync(path, 'utf8')) as Json;
    const [texts, since] = [
      { note: '', heartbeat: '', shown: '', proposal: '', record: '' },
      seconds(clock()),
    ];
    writeFileSync(path, JSON.stringify({ ...cosigned, begun: { ...texts, since } }));
    await until('its end', () => !isRaised(originator));
    const { items } = (await originator.call('GET', '/v1/evidence')).body as {
      readonly items: readonly Json[];
    };
    expect(items[0]).toMatchObject({ id: hexOfDigest(record), what: 'record-missing' });
    await log.append(record);
    await until('the proof', () => proofAt(originator, record));
  });

  test('is asked about until it is proved under a quorate checkpoint, then no more', async () => {
    const record = await reported();
    await log.append(record);
    await until('both proofs', () => proofAt(originator, record) && proofAt(recipient, record));
    expect(proofAt(originator, record)?.note).toMatch(/— demo\/europol [^]*— demo\/interpol /);
    const asked = log.asked();
    await pause(OWED_MS);
    expect([log.asked(), isRaised(originator), isRaised(recipient)]).toEqual([asked, false, false]);
  });

  test('is not missing while no quorum of witnesses is shown, which raises another alarm', async () => {
    log.witnesses = ['europol', 'afripol'];
    // Replaces the quorate checkpoint of the start, which would begin the time owed while the record is not on the log.
    await log.append();
    const record = await reported();
    await log.append(record);
    await until('the alarm about witnesses', () => isRaised(originator, 'unwitnessed'));
    await pause(OWED_MS);
    expect([isRaised(originator), isRaised(recipient)]).toEqual([false, false]);
  });

  test('is not missing while the auditor publishes nothing and the hub does not answer', async () => {
    log.answer = () => undefined;
    log.stop();
    await reported();
    await pause(3 * OWED_MS);
    expect(isRaised(originator)).toBe(false);
  });

  test.each([
    ['leaves questions about it unanswered', undefined],
    ['says that it does not serve such questions yet', { type: 'error', code: 'not-yet' }],
  ])('is missing when the hub %s while quorate checkpoints continue', async (_, answer) => {
    log.answer = () => answer;
    const record = await reported();
    await until('the alarms', () => isRaised(originator) && isRaised(recipient));
    expect((await claimed(originator)).items).toMatchObject([{ id: hexOfDigest(record) }]);
  });

  test('is missing when the hub proves it only under a checkpoint that too few witnesses cosigned', async () => {
    [log.witnesses, log.isHasty] = [['europol', 'afripol'], true];
    const record = await reported();
    await log.append(record);
    await until('the alarms', () => isRaised(originator) && isRaised(recipient));
    expect(proofAt(originator, record)).toBeUndefined();
  });

  test('is missing when the hub’s proof does not lead to the root of its checkpoint', async () => {
    const { answer } = log;
    log.answer = (query) => {
      const said = answer(query);
      if (said?.['type'] !== 'inclusion') return said;
      const proofs = said['proofs'] as readonly ({ readonly path: readonly string[] } | null)[];
      return { ...said, proofs: proofs.map((proof) => proof && { ...proof, path: proof.path.slice(1) }) };
    };
    const record = await reported();
    await log.append(record);
    await until('the alarm', () => isRaised(originator));
    expect(proofAt(originator, record)).toBeUndefined();
  });

  test('is missing when the hub proves it under a note so long that no pack takes the proof', async () => {
    log.padding = `— other.example ${Buffer.alloc(5_000).toString('base64')}\n`.repeat(12);
    const record = await reported();
    await log.append(record);
    await until('the alarm', () => isRaised(originator));
    expect(proofAt(originator, record)).toBeUndefined();
  });

  test('is missing when the hub denies it under an older checkpoint than it has shown', async () => {
    const old = log.answer({ type: 'inclusion', records: ['any'] });
    const record = await reported();
    log.answer = () => old;
    await log.append(record);
    await until('the alarm', () => isRaised(originator));
  });

  test('is still missing after a restart of the gateway, and the alarm still ends', async () => {
    const record = await reported();
    await until('the alarm', () => isRaised(originator));
    await originator.stop();
    originator = await played.startAgain();
    await until('the alarm again', () => isRaised(originator));
    await log.append(record);
    await until('its end', () => !isRaised(originator));
    expect(proofAt(originator, record)).toMatchObject({ index: 1 });
  });

  test('is not missing when the auditor, after an outage, shows for a moment a tree from before the record', async () => {
    played = await startWatched(clock, LONG_OWED_MS);
    ({ log, originator, recipient } = played);
    const { answer } = log;
    log.stop();
    log.answer = () => undefined;
    const record = await reported();
    await until('a question during the outage', () => log.asked() > 0);
    // The outage lasts twice the time owed by the clock of the auditor.
    const pass = (): void => void (log.heartbeat = new Date(Date.now() + 2 * LONG_OWED_MS));
    pass();
    const passing = setInterval(pass, 50);
    onTestFinished(() => clearInterval(passing));
    await log.show();
    log.answer = answer;
    const asked = log.asked();
    await until('two questions', () => log.asked() > asked + 1);
    await log.append(record);
    await until('the proof', () => proofAt(originator, record));
    expect(played.lines.filter(({ alarm }) => alarm === 'record-missing')).toEqual([]);
  });
});
