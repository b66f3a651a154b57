import { beforeAll, describe, expect, test } from 'vitest';
import { parseNoticeId, parseOrgId } from '../../../../services/shared/kernel/ids.js';
import {
  receiptAbout,
  type RecipientsContent,
  signRecipients,
  verifyRecipients,
} from '../../../../services/shared/ledger/recipients/recipients.js';
import { digest } from '../../../../services/shared/trust/digest.js';
import { signJws } from '../../../../services/shared/trust/jws.js';
import type { Signer } from '../../../../services/shared/trust/keys.js';
import { createKeyRing } from '../signers.js';

const now = new Date('2026-06-01T12:00:00Z');
const [europol, interpol] = [parseOrgId('europol'), parseOrgId('interpol')];
const id = parseNoticeId('01900000-0000-7000-8000-000000000001');
const OTHER = '01900000-0000-7000-8000-000000000002';
const { directory, make } = createKeyRing();

let signer: Signer;
let holder: Signer;
let receipt: string;

const contentWith = (token: string | null, named = digest(receipt)): RecipientsContent => ({
  id,
  recipients: [
    {
      org: europol,
      given: [
        {
          number: 7,
          sections: ['identity'],
          word: { type: 'held', at: 1_780_000_000, kid: 'europol:receipt:1', digest: named, receipt: token },
        },
      ],
      actions: [{ verb: 'restrict', number: 8, sections: ['identity'], word: null }],
    },
  ],
});
const sign = (content: RecipientsContent) => signRecipients(content, { signer, federation: 'demo', now });
const verify = (token: string) => verifyRecipients(token, { directory, now });
const codeOf = (token: string) =>
  verify(token).then(
    () => 'verified',
    ({ code }) => String(code),
  );

beforeAll(async () => {
  signer = await make('interpol:notice:1');
  holder = await make('europol:receipt:1');
  const said = {
    iss: europol,
    aud: 'demo',
    iat: 1_780_000_000,
    originator: interpol,
    except: [],
    actions: [],
  };
  receipt = await signJws('receipt+jws', said, holder);
});

describe('the document of recipients', () => {
  test('says who received what, with the receipt of each, and verifies with the directory alone', async () => {
    expect(await verify(await sign(contentWith(receipt)))).toEqual({
      originator: interpol,
      issuedAt: now,
      kid: 'interpol:notice:1',
      ...contentWith(receipt),
    });
  });

  test('does not verify when it was changed', async () => {
    const [head, , signature] = (await sign(contentWith(receipt))).split('.');
    const claims = { iss: interpol, aud: 'demo', iat: 1_780_000_000, ...contentWith(null) };
    const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');
    expect(await codeOf(`${head}.${payload}.${signature}`)).toBe('signature-invalid');
  });

  test('does not verify with a receipt that is not the one named, or of another organisation', async () => {
    const said = { iss: europol, aud: 'demo', iat: 1_780_000_001, originator: interpol };
    const another = await signJws('receipt+jws', said, holder);
    expect(await codeOf(await sign(contentWith(another)))).toBe('digest-mismatch');
    const other = await signJws('receipt+jws', { ...said, iss: interpol }, await make('interpol:receipt:1'));
    expect(await codeOf(await sign(contentWith(other, digest(other))))).toBe('issuer-mismatch');
  });

  test('is refused with malformed content, and as another type of token', async () => {
    const claims = { iss: interpol, aud: 'demo', iat: 1_780_000_000, id, recipients: [{ org: europol }] };
    expect(await codeOf(await signJws('recipients+jws', claims, signer))).toBe('token-malformed');
    expect(await codeOf(receipt)).toBe('token-malformed');
  });

  test('leaves out a receipt that names other notices', async () => {
    const said = { iss: europol, aud: 'demo', iat: 1 };
    const about = (jti: string) => ({ index: 0, jti: `${jti}.7`, type: 'superseded' });
    const own = await signJws('receipt+jws', { ...said, except: [about(id)], actions: [{ id }] }, holder);
    expect(receiptAbout(id, own)).toBe(own);
    for (const more of [{ except: [about(OTHER)] }, { actions: [{ id: OTHER }] }])
      expect(receiptAbout(id, await signJws('receipt+jws', { ...said, ...more }, holder))).toBeNull();
  });
});
