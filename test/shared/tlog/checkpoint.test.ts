import { beforeAll, describe, expect, test } from 'vitest';
import {
  checkpointText,
  openCheckpoint,
  originOf,
  parseCheckpointText,
  signCheckpoint,
} from '../../../services/shared/tlog/checkpoint.js';
import { cosign, verifyCosignature } from '../../../services/shared/tlog/cosignature.js';
import { formatNote, parseNote } from '../../../services/shared/tlog/signed-note.js';
import { EMPTY_ROOT } from '../../../services/shared/trust/merkle.js';
import { logKey, type NoteKeyPair, ORIGIN, witnessKey } from './log-keys.js';

const ROOT = Buffer.alloc(32, 7);
const HEAD = { origin: ORIGIN, size: 20_852_163, root: ROOT };
const TEXT = checkpointText(HEAD);
const TIME = 1_679_315_147;

let log: NoteKeyPair;
let witness: NoteKeyPair;

beforeAll(async () => {
  log = await logKey();
  witness = await witnessKey('europol');
});

describe('a checkpoint', () => {
  test('its text is origin, size and root, and is read again', () => {
    expect(TEXT).toBe(`example/liaison/1\n20852163\n${ROOT.toString('base64')}\n`);
    expect(parseCheckpointText(TEXT)).toEqual(HEAD);
    expect(originOf('example', 1)).toBe(ORIGIN);
  });

  test.each([
    ['an extension line', `${TEXT}more\n`],
    ['an empty line', `${TEXT}\n`],
    ['no newline last', TEXT.trimEnd()],
    ['no origin', TEXT.replace(ORIGIN, '')],
    ['a size with a leading zero', TEXT.replace('2085', '02085')],
    ['a negative size', TEXT.replace('2085', '-2085')],
    ['a size beyond 2^53', TEXT.replace('20852163', '9007199254740992')],
    ['a root of 31 bytes', `a\n1\n${ROOT.subarray(1).toString('base64')}\n`],
    ['the root of another tree for the empty one', `a\n0\n${ROOT.toString('base64')}\n`],
    ['two lines', 'a\n1\n'],
  ])('a text with %s is refused', (_, text) => {
    expect(() => parseCheckpointText(text)).toThrow(expect.objectContaining({ code: 'note-malformed' }));
  });

  test('the empty tree has the hash of nothing as its root', () => {
    expect(parseCheckpointText(`a\n0\n${EMPTY_ROOT.toString('base64')}\n`).size).toBe(0);
  });

  test('a signed one opens with the key of its log', async () => {
    expect(await openCheckpoint(signCheckpoint(HEAD, log.signer), by(log))).toMatchObject(HEAD);
  });

  test('it opens only with a good signature by that key under that name', async () => {
    const note = signCheckpoint(HEAD, log.signer);
    const other = await logKey();
    const elsewhere = await logKey('example/liaison/2');
    const changed = note.replace('20852163', '20852164');
    const twice = parseNote(note);
    const [signature] = twice.signatures;
    const bad = { ...signature!, signature: Buffer.alloc(64, 1) };
    const withBad = formatNote({ ...twice, signatures: [signature!, bad] });
    await expect(openCheckpoint(changed, by(log))).rejects.toThrow(coded('signature-invalid'));
    await expect(openCheckpoint(withBad, by(log))).rejects.toThrow(coded('signature-invalid'));
    await expect(openCheckpoint(note, by(other))).rejects.toThrow(coded('key-unknown'));
    await expect(openCheckpoint(note, by(elsewhere))).rejects.toThrow(coded('issuer-mismatch'));
    expect(() => signCheckpoint(HEAD, elsewhere.signer)).toThrow(coded('key-invalid'));
  });
});

describe('a cosignature', () => {
  test('verifies for the text that was cosigned, and says when', async () => {
    const signed = cosign(TEXT, TIME, witness.signer);
    expect(await verifyCosignature(TEXT, signed, witness.key)).toMatchObject({ time: TIME });
  });

  test('does not verify for another text, time, name or key, nor cut short', async () => {
    const signed = cosign(TEXT, TIME, witness.signer);
    const other = await witnessKey('europol');
    const later = Buffer.from(signed.signature);
    later.writeBigUInt64BE(BigInt(TIME + 1));
    const wrong = await Promise.all([
      verifyCosignature(TEXT.replace('20852163', '20852164'), signed, witness.key),
      verifyCosignature(TEXT, { ...signed, signature: later }, witness.key),
      verifyCosignature(TEXT, { ...signed, signature: later.subarray(0, 71) }, witness.key),
      verifyCosignature(TEXT, { ...signed, signature: later.subarray(0, 8) }, witness.key),
      verifyCosignature(TEXT, { ...signed, signature: Buffer.alloc(72, 255) }, witness.key),
      verifyCosignature(TEXT, { ...signed, name: 'eurojust' }, witness.key),
      verifyCosignature(TEXT, signed, other.key),
    ]);
    expect(wrong).toEqual(wrong.map(() => undefined));
  });

  test('the signature of a log is no cosignature, and the key of a log makes none', async () => {
    const [signature] = parseNote(signCheckpoint(HEAD, log.signer)).signatures;
    expect(await verifyCosignature(TEXT, signature!, log.key)).toBeUndefined();
    expect(() => cosign(TEXT, TIME, log.signer)).toThrow(TypeError);
  });
});

const by = ({ key }: NoteKeyPair) => ({ origin: key.name, keys: [key] });
const coded = (code: string): unknown => expect.objectContaining({ code });
