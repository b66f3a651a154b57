import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import { parseNote } from '../../../services/shared/tlog/signed-note.js';
import { formatReceipt, isSignedRoot, signRoot } from '../../../services/shared/tlog/cose-receipt.js';
import { formatVkey } from '../../../services/shared/tlog/vkey.js';
import { sha256 } from '../../../services/shared/trust/digest.js';
import { leafHash, treeOfHashes } from '../../../services/shared/trust/merkle.js';
import { answers, describeWhere } from '../../support/needs.js';
import { logKey, type NoteKeyPair } from './log-keys.js';

const statement = (index: number): string => `statement ${index}`;
const treeOver = (size: number) =>
  treeOfHashes(Array.from({ length: size }, (_, index) => leafHash(sha256(statement(index)))));

let log: NoteKeyPair;
beforeAll(async () => {
  log = await logKey();
});

describe('the signature of a log over a root', () => {
  test('verifies with its key for this root, under a header that names key and algorithm', async () => {
    const { root } = treeOver(5);
    const signed = signRoot(root, log.signer);
    const other = await logKey();
    const header = Buffer.from(signed.protected);
    header[2] = (header[2] ?? 0) ^ 1;
    expect(await isSignedRoot(root, signed, log.key)).toBe(true);
    expect(await isSignedRoot(treeOver(6).root, signed, log.key)).toBe(false);
    expect(await isSignedRoot(root, signed, other.key)).toBe(false);
    expect(await isSignedRoot(root, { ...signed, protected: header }, log.key)).toBe(false);
    expect(await isSignedRoot(root, { ...signed, signature: Buffer.alloc(64) }, log.key)).toBe(false);
  });

  test('is over bytes that no note can have, so the signature of a note never verifies as that of a root', async () => {
    const message: Uint8Array[] = [];
    const signer = { ...log.signer, sign: (bytes: Uint8Array) => (message.push(bytes), bytes) };
    signRoot(treeOver(5).root, signer);
    expect(() => parseNote(message[0] ?? '')).toThrow('not UTF-8');
  });
});

const describePython = describeWhere(
  answers('python3', ['--version']) && answers('openssl', ['version']),
  'install python3 and openssl',
);

describePython('a verifier of COSE receipts in Python that knows only the specifications', () => {
  interface Changed {
    readonly receipt?: (bytes: Buffer) => Uint8Array;
    readonly about?: string;
    readonly vkey?: string;
  }

  /** Verifies the receipt of an entry; returns the claims. */
  function verify(size: number, index: number, changed: Changed = {}): readonly string[] {
    const tree = treeOver(size);
    const { receipt = (bytes) => bytes, about = statement(index), vkey = formatVkey(log.key) } = changed;
    const proof = { size, index, path: tree.path(index) };
    const bytes = formatReceipt(signRoot(tree.root, log.signer), proof);
    const folder = mkdtempSync(join(tmpdir(), 'receipt-'));
    const [file, signed] = [join(folder, 'receipt.cose'), join(folder, 'statement.jws')];
    writeFileSync(file, receipt(Buffer.from(bytes)));
    writeFileSync(signed, about);
    const script = join(projectRoot, 'test/shared/tlog/verify_cose_receipt.py');
    try {
      return execFileSync('python3', [script, file, signed, vkey], { encoding: 'utf8', stdio: 'pipe' })
        .trim()
        .split('\n');
    } catch (thrown) {
      return String((thrown as { stdout?: string }).stdout)
        .trim()
        .split('\n');
    }
  }

  test.each([
    { size: 700, index: 531 },
    { size: 2, index: 0 },
    { size: 65_537, index: 65_536 },
  ])('believes the receipt of entry $index of $size', ({ size, index }) => {
    expect(verify(size, index)).toEqual([
      'ok: it is a COSE_Sign1 with a detached payload and one inclusion proof',
      'ok: it is signed with EdDSA over a tree of RFC9162_SHA256',
      'ok: it names the key of the log',
      'ok: the proof leads from the entry to a root',
      'ok: the log signed this root',
    ]);
  });

  test('finds another statement, another log, a changed proof, and a receipt that is cut off', async () => {
    const last = (claims: readonly string[]): string | undefined => claims.at(-1);
    const flip = (at: number) => (bytes: Buffer) => bytes.fill((bytes[at] ?? 0) ^ 1, at, at + 1);
    const vkey = formatVkey((await logKey()).key);
    expect(last(verify(700, 531, { about: 'another' }))).toBe('WRONG: the log signed this root');
    expect(last(verify(700, 531, { vkey }))).toBe('WRONG: it names the key of the log');
    expect(last(verify(700, 531, { receipt: flip(200) }))).toBe('WRONG: the log signed this root');
    expect(last(verify(700, 531, { receipt: (bytes) => bytes.subarray(0, -1) }))).toBe(
      'WRONG: it is a COSE_Sign1 with a detached payload and one inclusion proof',
    );
  });
});
