import { beforeAll, describe, expect, test } from 'vitest';
import { cosign } from '../../../services/shared/tlog/cosignature.js';
import { formatSignatureLine } from '../../../services/shared/tlog/signed-note.js';
import { formatVkey } from '../../../services/shared/tlog/vkey.js';
import { parseWitnessPolicy } from '../../../services/shared/tlog/witness-policy.js';
import { createClaimList } from '../../../services/shared/verify/claims.js';
import { verifyLogged } from '../../../services/shared/verify/verify-log.js';
import { verifyPack } from '../../../services/shared/verify/verify-pack.js';
import { type NoteKeyPair, logKey, witnessKey } from '../tlog/log-keys.js';
import { NOW } from '../trust/federation.js';
import { craftEvidence, type Evidence } from './craft-evidence.js';
import { heldPack } from './craft-packs.js';
import { logKeyOf, ORIGIN, provePack } from './craft-proofs.js';

let evidence: Evidence;
let log: Awaited<ReturnType<typeof logKeyOf>>;
let witnesses: readonly NoteKeyPair[];
beforeAll(async () => {
  evidence = await craftEvidence();
  log = await logKeyOf(evidence);
  witnesses = await Promise.all(['w1', 'w2', 'w3'].map((name) => witnessKey(name)));
});

const policy = (threshold: number) =>
  parseWitnessPolicy(
    [
      `log ${formatVkey(log.key)}`,
      ...witnesses.map(({ key }) => `witness ${key.name} ${formatVkey(key)}`),
      `group all3 ${threshold} w1 w2 w3`,
      'quorum all3',
      '',
    ].join('\n'),
  );

/** A text with one character altered. */
const altered = (text: string, at: number): string =>
  `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;

/** The pack of afripol with a proof of each record in a log of three entries, cosigned by so many witnesses. */
const provenPack = (cosigned: number, { index }: { readonly index?: number } = {}, by = log) =>
  provePack(heldPack(evidence), { signer: by.signer, witnesses: witnesses.slice(0, cosigned), index });

const logged = async (pack: ReturnType<typeof provenPack>, threshold: number) =>
  (
    await verifyPack(pack, {
      root: evidence.keys.anchor,
      now: NOW,
      requireLog: true,
      witnesses: policy(threshold),
    })
  ).filter(({ claim }) => claim === 'log');

describe('a record of a pack', () => {
  test('is on the log by its proof, under a checkpoint that the quorum of the policy cosigned', async () => {
    expect((await logged(provenPack(2), 2)).map(({ ok, says }) => [ok, says])).toEqual([
      [true, 'this record is on the log demo/liaison/1 at index 1 of 3, cosigned by w1, w2'],
      [true, 'this record is on the log demo/liaison/1 at index 2 of 3, cosigned by w1, w2'],
    ]);
  });

  test.each([
    {
      how: 'with fewer cosignatures than the policy requires',
      cosigned: 2,
      change: {},
      code: 'witness-missing',
    },
    { how: 'at another index', cosigned: 3, change: { index: 0 }, code: 'digest-mismatch' },
  ])('is not on the log $how', async ({ cosigned, change, code }) => {
    const lines = await logged(provenPack(cosigned, change), 3);
    expect(lines).toMatchObject([
      { ok: false, where: 'records[0].proof', code },
      { ok: false, where: 'records[1].proof', code },
    ]);
  });

  test('is not on the log by a proof with one altered character, whichever it is', async () => {
    const [record] = provenPack(3).records;
    const [statement, whole] = [record?.statement ?? '', record?.proof ?? ''];
    const by = { directory: evidence.keys.directory, witnesses: policy(3), requireLog: true };
    const found = new Set<string>();
    for (let at = 0; at < whole.length; at += 1) {
      const claims = createClaimList();
      const proof = altered(whole, at);
      await verifyLogged({ statement, proof, where: 'records[0]' }, { ...by, claims });
      for (const { ok, where } of claims.lines) found.add(`${ok} ${where}`);
    }
    expect([...found]).toEqual(['false records[0].proof']);
  });

  test('is not on the log under a checkpoint with a wrong cosignature of a witness, though the others are a quorum', async () => {
    const third = cosign('another checkpoint\n', 1, witnesses[2]!.signer);
    const pack = provenPack(2);
    const records = pack.records.map((record) => ({
      ...record,
      proof: `${record.proof}${formatSignatureLine(third)}`,
    }));
    expect(await logged({ ...pack, records }, 2)).toMatchObject([
      { ok: false, where: 'records[0].proof', code: 'cosignature-replayed' },
      { ok: false, where: 'records[1].proof', code: 'cosignature-replayed' },
    ]);
  });

  test('is not on the log by the proof of another record', async () => {
    const pack = provenPack(3);
    const [first, second] = pack.records;
    const records = [{ ...first!, proof: second!.proof }, second!];
    const [line] = await logged({ ...pack, records }, 3);
    expect(line).toMatchObject({ ok: false, code: 'digest-mismatch' });
  });

  test.each([
    { by: 'without a policy', pinned: {} },
    { by: 'by a policy that names no log', pinned: { witnesses: parseWitnessPolicy('quorum none\n') } },
  ])('$by is on the log whose key the directory lists, and on no other', async ({ pinned }) => {
    const context = { root: evidence.keys.anchor, now: NOW, ...pinned };
    const own = await verifyPack(provenPack(0), context);
    expect(own.filter(({ claim }) => claim === 'log')).toMatchObject([{ ok: true }, { ok: true }]);
    const foreign = await verifyPack(provenPack(0, {}, await logKey(ORIGIN)), context);
    expect(foreign.filter(({ claim }) => claim === 'log')).toMatchObject([
      { ok: false, code: 'key-unknown' },
      { ok: false, code: 'key-unknown' },
    ]);
  });

  test('is not on the log of another federation, though that has the same key', async () => {
    const other = await logKeyOf(evidence, 'other/liaison/1');
    const lines = await verifyPack(provenPack(0, {}, other), { root: evidence.keys.anchor, now: NOW });
    expect(lines.filter(({ claim }) => claim === 'log')).toMatchObject([
      { ok: false, code: 'key-unknown' },
      { ok: false, code: 'key-unknown' },
    ]);
  });
});
