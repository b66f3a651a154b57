import { createHash, createPrivateKey, createPublicKey, randomBytes, sign, verify } from 'node:crypto';
import { SDJwtInstance } from '@sd-jwt/core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Section } from '../../../services/shared/notice/kinds.js';
import type { Notice } from '../../../services/shared/notice/notice.js';
import { openDelivered, openSubmission, type Opening } from '../../../services/shared/trust/open-notice.js';
import { redact } from '../../../services/shared/trust/redact.js';
import { issueNotice } from '../../../services/shared/trust/sd-jwt.js';
import { IAT, makeFederation, NOW, type TestFederation } from './federation.js';
import { EUROPOL, exampleNotice, payloadOf } from './notices.js';

const KID = 'europol:notice:1';

let federation: TestFederation;
let opening: Opening;
let notice: Notice;
let library: SDJwtInstance<Record<string, unknown>>;

beforeAll(async () => {
  federation = await makeFederation();
  opening = { directory: federation.directory, originator: EUROPOL, now: NOW };
  notice = exampleNotice();
  const jwk = { ...federation.jwk(KID) };
  const privateKey = createPrivateKey({ key: jwk, format: 'jwk' });
  const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
  library = new SDJwtInstance({
    signAlg: 'EdDSA',
    hashAlg: 'sha-256',
    omitTyp: true,
    signer: (data: string) => sign(null, Buffer.from(data), privateKey).toString('base64url'),
    verifier: (data: string, signature: string) =>
      verify(null, Buffer.from(data), publicKey, Buffer.from(signature, 'base64url')),
    hasher: (data: string | ArrayBuffer) =>
      new Uint8Array(
        createHash('sha256')
          .update(typeof data === 'string' ? data : Buffer.from(data))
          .digest(),
      ),
    saltGenerator: (length: number) => randomBytes(length).toString('base64url'),
  });
});

/** A notice that this project issued, with every disclosure. */
const issue = (): Promise<string> =>
  issueNotice(notice, { federation: 'demo', signer: federation.signer(KID) });

describe('@sd-jwt/core', () => {
  test('verifies what we issue and reads every section', async () => {
    const { payload } = await library.verify(await issue(), { currentDate: IAT });
    expect(payload).toMatchObject({
      iss: 'europol',
      notice: notice.header,
      ...notice.sections,
      routing: notice.routing,
    });
  });

  test('verifies what we redact and reads only the remaining sections', async () => {
    const { text } = redact(await openSubmission(await issue(), opening), ['narrative']);
    const { payload } = await library.verify(text, { currentDate: IAT });
    expect(payload).toMatchObject({ narrative: notice.sections.narrative });
    for (const name of ['identity', 'judicial', 'routing']) expect(payload).not.toHaveProperty(name);
  });

  test('issues what we open, and presents what we open as delivered', async () => {
    const { _sd, _sd_alg, ...claims } = payloadOf(notice, []);
    const disclosed = { ...notice.sections, routing: notice.routing };
    const names = Object.keys(disclosed) as (Section | 'routing')[];
    const issued = await library.issue(
      { ...claims, ...disclosed },
      { _sd: names, _sd_decoy: 20 - names.length },
      { header: { kid: KID, typ: 'notice+sd-jwt' } },
    );
    const submitted = await openSubmission(issued, opening);
    expect(submitted.sections).toEqual(Object.keys(notice.sections).toSorted());
    expect(submitted.routing).toEqual(notice.routing);

    const presented = await library.present(issued, { narrative: true });
    const delivered = await openDelivered(presented, opening);
    expect(Object.keys(delivered.sections)).toEqual(['narrative' satisfies Section]);
    expect(delivered.digest).toBe(submitted.digest);
  });
});
