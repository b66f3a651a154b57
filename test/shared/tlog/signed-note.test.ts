import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatNote, parseNote } from '../../../services/shared/tlog/signed-note.js';
import { formatVkey, importNoteKey, isNamedBy, parseVkey } from '../../../services/shared/tlog/vkey.js';
import { logKey, witnessKey } from './log-keys.js';

// The example of golang.org/x/mod/sumdb/note, which signs notes of the same form.
const VKEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const NOTE =
  'If you think cryptography is the answer to your problem,\n' +
  "then you don't know what your problem is.\n" +
  '\n' +
  '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
const LINE = NOTE.slice(NOTE.indexOf('— '));

describe('a signed note', () => {
  test('a note of another implementation is read, verifies, and is written as the same bytes', async () => {
    const key = parseVkey(VKEY);
    const note = parseNote(NOTE);
    const [signature] = note.signatures;
    expect(isNamedBy(key, signature!)).toBe(true);
    expect(await key.verify(Buffer.from(note.text), signature!.signature)).toBe(true);
    expect(await key.verify(Buffer.from(`${note.text}.`), signature!.signature)).toBe(false);
    expect(formatNote(note)).toBe(NOTE);
    expect(parseNote(Buffer.from(NOTE))).toEqual(note);
  });

  test('the text ends at the last empty line', () => {
    expect(parseNote(`a\n\nb\n\n${LINE}`).text).toBe('a\n\nb\n');
  });

  test('property: what was formatted is parsed again', () => {
    const name = fc.stringMatching(/^[a-z./0-9é]{1,20}$/);
    const signature = fc.record({
      name,
      keyId: fc.stringMatching(/^[0-9a-f]{8}$/),
      signature: fc.uint8Array({ minLength: 1, maxLength: 80 }).map((bytes) => Buffer.from(bytes)),
    });
    const text = fc.stringMatching(/^[a-zé]{0,9}\n([a-z]{0,9}\n){0,3}$/);
    const note = fc.record({ text, signatures: fc.array(signature, { minLength: 1, maxLength: 16 }) });
    fc.assert(
      fc.property(note, (made) => {
        expect(parseNote(formatNote(made))).toEqual(made);
      }),
    );
  });

  test.each([
    ['no signature', 'a\n'],
    ['no empty line', `a\n${LINE}`],
    ['an empty line last', `a\n\n${LINE}\n`],
    ['no newline last', `a\n\n${LINE.trimEnd()}`],
    ['a line that is no signature', `a\n\n${LINE}b\n`],
    ['a hyphen for the dash', `a\n\n${LINE.replace('—', '-')}`],
    ['a space too many', `a\n\n${LINE.replace('— ', '—  ')}`],
    ['a plus in the name', `a\n\n${LINE.replace('Peter', 'Peter+')}`],
    ['a no-break space in the name', `a\n\n${LINE.replace('Peter', 'Peter\u00a0')}`],
    ['base64 without padding', `a\n\n${LINE.replace('=', '')}`],
    ['base64 with bits that mean nothing', `a\n\n${LINE.replace('AM=', 'AN=')}`],
    ['a signature of no bytes', 'a\n\n— b AAAAAA==\n'],
    ['a carriage return', `a\r\n\n${LINE}`],
    ['a tab', `a\tb\n\n${LINE}`],
    ['a NUL', `a\0\n\n${LINE}`],
    ['a lone surrogate', `a\ud800\n\n${LINE}`],
    ['33 signatures', `a\n\n${LINE.repeat(33)}`],
    ['more bytes than a note may have', `${'a'.repeat(131_072)}\n\n${LINE}`],
    ['bytes that are not UTF-8', Buffer.concat([Buffer.from([0xff]), Buffer.from(NOTE)])],
  ])('a note with %s is refused', (_, source) => {
    expect(() => parseNote(source)).toThrow(expect.objectContaining({ code: 'note-malformed' }));
  });

  test('16 signatures of 5 kB, which every reader must take, are read', () => {
    const signature = { name: 'w', keyId: '00000000', signature: Buffer.alloc(5_000) };
    const note = { text: 'a\n', signatures: Array.from({ length: 16 }, () => signature) };
    expect(parseNote(formatNote(note)).signatures).toHaveLength(16);
  });
});

describe('a vkey', () => {
  test('is read and written as the same text', async () => {
    const witness = await witnessKey('witness.example/w1');
    for (const text of [VKEY, formatVkey(witness.key)]) expect(formatVkey(parseVkey(text))).toBe(text);
  });

  test('name, type and key each change the id', async () => {
    const { key } = await logKey();
    const ids = [
      key.keyId,
      importNoteKey(`${key.name}1`, key.type, key.publicKey).keyId,
      importNoteKey(key.name, 0x04, key.publicKey).keyId,
      (await logKey()).key.keyId,
    ];
    expect(new Set(ids).size).toBe(4);
  });

  test.each([
    ['another id', VKEY.replace('c74f', 'c74e')],
    ['an id in capitals', VKEY.replace('c74f', 'C74F')],
    ['no id', VKEY.replace('+c74f20a3', '')],
    ['no name', VKEY.replace('PeterNeumann', '')],
    ['a space in the name', VKEY.replace('Peter', 'Peter ')],
    ['a type that cannot be verified', VKEY.replace('+ARp', '+Bhp')],
    ['a key of 31 bytes', `a+00000000+${Buffer.alloc(32, 1).toString('base64')}`],
    ['a point of small order', `a+00000000+${Buffer.from([1, 1, ...Buffer.alloc(31)]).toString('base64')}`],
    ['base64url', VKEY.replace('/', '_')],
    ['a newline', `${VKEY}\n`],
  ])('with %s is refused', (_, text) => {
    expect(() => parseVkey(text)).toThrow(expect.objectContaining({ code: 'key-invalid' }));
  });
});
