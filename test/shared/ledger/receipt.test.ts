import { beforeAll, describe, expect, test } from 'vitest';
import { type Jti, parseFrameId, parseJti, parseOrgId } from '../../../services/shared/kernel/ids.js';
import { type ReceiptPart, signReceipt, verifyReceipt } from '../../../services/shared/ledger/receipt.js';
import { digest } from '../../../services/shared/trust/digest.js';
import type { Directory, DirectoryKey } from '../../../services/shared/trust/directory.js';
import {
  generateKey,
  importSigner,
  importVerifier,
  publicJwk,
  type Signer,
} from '../../../services/shared/trust/keys.js';
import type { SignedSet } from '../../../services/shared/wire/frames.js';

const now = new Date('2026-06-01T12:00:00Z');
const [europol, interpol] = [parseOrgId('europol'), parseOrgId('interpol')];
const sum = digest('a notice');
const jtiOf = (revision: number) => parseJti(`01900000-0000-7000-8000-000000000001.${revision}`);
const held = (jti: Jti): ReceiptPart => ({ jti, digest: sum, type: 'held', held: sum });

let signer: Signer;
let directory: Directory;
beforeAll(async () => {
  const jwk = await generateKey('interpol:receipt:1');
  const key = {
    kid: 'interpol:receipt:1',
    owner: interpol,
    use: 'receipt',
    x: jwk.x,
    verifier: await importVerifier(publicJwk(jwk)),
    notBefore: new Date(0),
    notAfter: new Date(8.64e15),
  } as DirectoryKey;
  directory = {
    federation: 'demo',
    key: (kid: string) => (kid === key.kid ? key : undefined),
  } as unknown as Directory;
  signer = await importSigner(jwk);
});

const receiptOf = (parts: readonly ReceiptPart[]): Promise<SignedSet> =>
  signReceipt(
    {
      recipient: interpol,
      federation: 'demo',
      originator: europol,
      delivery: parseFrameId('a'.repeat(64)),
      parts,
    },
    { signer, now },
  );
const read = async (parts: readonly ReceiptPart[]) =>
  verifyReceipt(await receiptOf(parts), { directory, recipient: interpol, now });

describe('a receipt', () => {
  test('may name each notice once only, whatever it states about it', async () => {
    for (const again of [held(jtiOf(1)), { ...held(jtiOf(1)), type: 'destroyed', held: null } as const]) {
      await expect(read([held(jtiOf(1)), again])).rejects.toMatchObject({ code: 'token-malformed' });
    }
  });

  test('names 64 notices at most, as a delivery does', async () => {
    const parts = Array.from({ length: 65 }, (_, at) => held(jtiOf(at + 1)));
    expect((await read(parts.slice(1))).parts).toHaveLength(64);
    await expect(read(parts)).rejects.toMatchObject({ code: 'token-malformed' });
  });
});
