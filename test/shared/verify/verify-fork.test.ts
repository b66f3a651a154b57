import { beforeAll, describe, expect, test } from 'vitest';
import { originOf, signCheckpoint } from '../../../services/shared/tlog/checkpoint.js';
import { signedByLog } from '../../../services/shared/tlog/log-keys.js';
import { cosign } from '../../../services/shared/tlog/cosignature.js';
import { formatSignatureLine, parseNote } from '../../../services/shared/tlog/signed-note.js';
import { noteSignerOf, SIGNATURE_TYPES } from '../../../services/shared/tlog/vkey.js';
import { importByteSigner } from '../../../services/shared/trust/byte-signer.js';
import { type Directory, openDirectory, signDirectory } from '../../../services/shared/trust/directory.js';
import { showDirectory } from '../../../services/shared/trust/directory/shown-directory.js';
import type { KeyEntry } from '../../../services/shared/trust/directory-key.js';
import { generateKey, publicJwk } from '../../../services/shared/trust/keys.js';
import type { Fork } from '../../../services/shared/verify/fork.js';
import { type Verification, verifyEvidence } from '../../../services/shared/verify/verify-evidence.js';
import { verifySplit } from '../../../services/shared/verify/verify-split.js';
import { logKey, witnessKey } from '../tlog/log-keys.js';
import { naiveTree } from '../tlog/naive-tree.js';
import { entryOf, makeFederation, NOW, type TestFederation } from '../trust/federation.js';
import { altered, isNamed, textsIn } from './texts-in.js';

const ORIGIN = originOf('demo', 1);
const tree = naiveTree();
const [ROOT, OTHER] = [tree.mth(0, 5), tree.mth(1, 6)];
const KID = 'hub:log:1';

let federation: TestFederation;
/** Signs a checkpoint with the key of the log; by default of the tree. */
let noteOf: (change?: { size?: number; root?: Uint8Array; origin?: string }) => string;

const withLogKeys = (...keys: readonly KeyEntry[]): Promise<TestFederation> =>
  makeFederation(({ hub, ...source }) => ({ ...source, hub: { ...hub, keys: [...hub.keys, ...keys] } }));

beforeAll(async () => {
  const jwk = await generateKey(KID);
  const byteSigner = await importByteSigner(jwk);
  federation = await withLogKeys(entryOf(publicJwk(jwk)));
  noteOf = ({ size = 5, root = ROOT, origin = ORIGIN } = {}) =>
    signCheckpoint({ origin, size, root }, noteSignerOf(origin, SIGNATURE_TYPES.note, byteSigner));
});

/** The directory with the keys of the hub alone. */
const shownOf = ({ directory: { frame } }: TestFederation) =>
  showDirectory(frame, { organisations: new Set(), persons: new Set() });

const forkOf = (notes: readonly string[], what: Fork['what'] = 'log-forked'): Fork => {
  return { kind: 'conviction', what, accused: 'hub', directory: shownOf(federation), notes };
};
const verify = (file: unknown, directory?: Directory): Promise<Verification> =>
  verifyEvidence(JSON.stringify(file), {
    root: federation.anchor,
    now: NOW,
    ...(directory === undefined ? {} : { directory }),
  });
const wrong = ({ lines }: Verification) => lines.filter(({ ok }) => ok === false).map(({ where }) => where);

describe('a conviction about the log', () => {
  test('holds without a line that a router added for a revoked key, which `signedByLog` removes', async () => {
    const [jwk, revoked] = [await generateKey(KID), await generateKey('hub:log:2')];
    const revokedAt = '2026-01-02T00:00:00Z';
    const lists = await withLogKeys(entryOf(publicJwk(jwk)), entryOf(publicJwk(revoked), { revokedAt }));
    const sign = async (root: Uint8Array, key = jwk): Promise<string> => {
      const signer = noteSignerOf(ORIGIN, SIGNATURE_TYPES.note, await importByteSigner(key));
      return signCheckpoint({ origin: ORIGIN, size: 5, root }, signer);
    };
    const lineOf = (note: string): string => note.slice(note.indexOf('— '));
    const [cosigned, shown] = [await sign(ROOT), await sign(OTHER)];
    const added = lineOf(await sign(ROOT, revoked));
    const holds = async (note: string): Promise<boolean> => {
      const fork = { ...forkOf([cosigned, note]), directory: shownOf(lists) };
      return (await verifyEvidence(JSON.stringify(fork), { root: lists.anchor, now: NOW })).holds;
    };
    expect(await holds(shown + added)).toBe(false);
    const kept = await signedByLog(shown + lineOf(shown) + added, lists.directory);
    expect(kept).toBe(shown);
    expect(await holds(kept)).toBe(true);
  });

  test('with two roots for one size convicts the holder of the key that signed both, by its signatures alone', async () => {
    const verified = await verify(forkOf([noteOf(), noteOf({ root: OTHER })]));
    expect([verified.kind, verified.holds, wrong(verified)]).toEqual(['conviction', true, []]);
    expect(verified.lines.slice(-2).map(({ says }) => says)).toEqual([
      `${KID} signed this root of ${ORIGIN} at 5 entries`,
      `hub is convicted (log-forked): ${KID} signed two roots of ${ORIGIN} at 5 entries`,
    ]);
  });

  test('with one altered character, wherever it is, has a line that names its place and does not hold, and gives no verdict', async () => {
    const fork = forkOf([noteOf(), noteOf({ root: OTHER })]);
    for (const text of textsIn(fork).filter(({ path }) => path[0] !== 'kind')) {
      const isNote = text.path[0] === 'notes';
      for (const at of isNote ? text.text.split('').keys() : [5]) {
        const verified = await verify(altered(fork, text, at));
        expect(wrong(verified).filter((where) => isNamed(text, where))).not.toEqual([]);
        expect(verified.holds).toBe(false);
      }
    }
  });

  test.each([
    ['of different sizes', () => forkOf([noteOf(), noteOf({ size: 6, root: OTHER })])],
    ['that are the same', () => forkOf([noteOf(), noteOf()])],
    ['of two logs', () => forkOf([noteOf(), noteOf({ root: OTHER, origin: originOf('demo', 2) })])],
    ['that only lack a proof', () => forkOf([noteOf(), noteOf({ root: OTHER })], 'log-unproved')],
  ])('with checkpoints %s gives no verdict', async (_, fork) => {
    const verified = await verify(fork());
    expect([verified.holds, wrong(verified)]).toEqual([false, ['accused']]);
  });

  test('does not hold with a checkpoint of another federation, or one that another key signed alone', async () => {
    const { signer } = await witnessKey(ORIGIN);
    const foreign = noteOf({ root: OTHER, origin: originOf('example', 1) });
    const alone = signCheckpoint({ origin: ORIGIN, size: 5, root: OTHER }, signer);
    for (const other of [foreign, alone])
      expect(wrong(await verify(forkOf([noteOf(), other])))).toEqual(['notes[1]', 'accused']);
    const both = `${noteOf({ root: OTHER })}${alone.slice(alone.indexOf('— '))}`;
    expect(wrong(await verify(forkOf([noteOf(), both])))).toEqual([]);
  });

  test('holds with a key that a later directory revoked, and says when', async () => {
    const { source, root, anchor } = federation;
    const revokedAt = '2026-06-01T11:00:00Z';
    const keys = source.hub.keys.map((key) => (key.kid === KID ? { ...key, revokedAt } : key));
    const next = { ...source, version: 2, hub: { ...source.hub, keys } };
    const later = await openDirectory(await signDirectory(next, root), anchor);
    const { holds, lines } = await verify(forkOf([noteOf(), noteOf({ root: OTHER })]), later);
    expect([holds, lines.at(-1)?.says]).toEqual([
      true,
      `hub is convicted (log-forked): ${KID} (revoked at 2026-06-01T11:00:00.000Z) signed two roots of ${ORIGIN} at 5 entries`,
    ]);
  });

  test('needs two checkpoints, and can accuse only the hub', async () => {
    const notes = [noteOf(), noteOf({ root: OTHER })];
    expect(wrong(await verify({ ...forkOf(notes), accused: 'europol' }))).toEqual(['accused']);
    for (const some of [[], notes.slice(1), [...notes, noteOf()]])
      expect(wrong(await verify(forkOf(some)))).toEqual(['notes']);
  });
});

describe('two files that two members kept', () => {
  const bytes = (text: string): Uint8Array => Buffer.from(text);
  const proofOf = (note: string): string => `c2sp.org/tlog-proof@v1\nindex 0\n\n${note}`;
  const compare = (own: string, other: string): Promise<Verification> =>
    verifySplit([bytes(own), bytes(other)], { directory: federation.directory });

  test('convict the log with two roots for one size, whether a checkpoint or a proof, with cosignatures or without', async () => {
    const { signer } = await witnessKey('demo/europol');
    const note = noteOf({ root: OTHER });
    const cosigned = note + formatSignatureLine(cosign(parseNote(note).text, 1_800_000_000, signer));
    for (const other of [note, cosigned, proofOf(cosigned)]) {
      const { kind, holds, lines } = await compare(noteOf(), other);
      expect([kind, holds, lines.map(({ ok }) => ok)]).toEqual(['conviction', true, [true, true, true]]);
      expect(lines.at(-1)?.says).toBe(
        `hub is convicted (log-forked): ${KID} signed two roots of ${ORIGIN} at 5 entries`,
      );
    }
  });

  test('convict the log by any two of their checkpoints, where a pack has proofs under several', async () => {
    const notes = [noteOf({ size: 4, root: tree.mth(0, 4) }), noteOf(), noteOf({ size: 6, root: OTHER })];
    const whole = { leaves: [], actions: [], requests: [] };
    const records = notes.map((note) => ({ statement: 'a', shown: null, whole, proof: proofOf(note) }));
    const empty = { notices: [], deliveries: [], changes: [], actions: [], recalls: [] };
    const about = {
      originator: 'europol',
      notice: '01890a5d-ac96-774b-bcce-b302099a8057',
      recipient: null,
    };
    const directory = { statement: 'a', parts: [] };
    const pack = JSON.stringify({ kind: 'pack', ...about, directory, ...empty, records });
    expect(await compare(pack, noteOf({ root: OTHER }))).toMatchObject({ holds: true });
  });

  test('give no verdict with the same root, with other sizes, or with a root that the log did not sign', async () => {
    const { signer } = await logKey(ORIGIN);
    const foreign = signCheckpoint({ origin: ORIGIN, size: 5, root: OTHER }, signer);
    expect(wrong(await compare(noteOf(), noteOf()))).toEqual(['accused']);
    expect(wrong(await compare(noteOf(), noteOf({ size: 6, root: OTHER })))).toEqual(['accused']);
    expect(wrong(await compare(noteOf(), foreign))).toEqual(['notes[1]', 'accused']);
  });

  test('need the keys of a directory', async () => {
    const files = [bytes(noteOf()), bytes(noteOf())] as const;
    await expect(verifySplit(files, {})).rejects.toMatchObject({ code: 'usage' });
  });
});
