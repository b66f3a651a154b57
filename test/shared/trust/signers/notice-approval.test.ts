import { beforeAll, describe, expect, test } from 'vitest';
import { parseOrgId } from '../../../../services/shared/kernel/ids.js';
import type { Notice } from '../../../../services/shared/notice/notice.js';
import { signDirectory, openDirectory, type Directory } from '../../../../services/shared/trust/directory.js';
import type { Claims } from '../../../../services/shared/trust/jws.js';
import { generateKey, importSigner, type Signer } from '../../../../services/shared/trust/keys.js';
import { openDelivered, openSubmission } from '../../../../services/shared/trust/open-notice.js';
import { redact } from '../../../../services/shared/trust/redact.js';
import { issueApproved, issueNotice } from '../../../../services/shared/trust/sd-jwt.js';
import { signNoticeApproval } from '../../../../services/shared/trust/signers/notice-approval.js';
import { claimsIn } from '../../../../services/shared/trust/token-claims.js';
import { entryOf, makeFederation, NOW, refused, type TestFederation } from '../federation.js';
import { EUROPOL, exampleNotice } from '../notices.js';

const PERSONS = {
  'europol:approver:1': 'Ada Example',
  'europol:approver:2': 'Ben Example',
  'afripol:approver:1': 'Cleo Example',
};
const REVOKED = 'europol:approver:2';
const NOTICE = 'europol:notice:1';

let federation: TestFederation;
let directory: Directory;
let approvers: ReadonlyMap<string, Signer>;

beforeAll(async () => {
  federation = await makeFederation();
  const keys = await Promise.all(Object.keys(PERSONS).map((kid) => generateKey(kid)));
  approvers = new Map(
    await Promise.all(keys.map(async (key) => [key.kid, await importSigner(key)] as const)),
  );
  const organisations = Object.fromEntries(
    Object.entries(federation.source.organisations).map(([org, entry]) => {
      const added = keys
        .filter(({ kid }) => kid.startsWith(`${org}:`))
        .map((key) =>
          entryOf(key, {
            person: PERSONS[key.kid as keyof typeof PERSONS],
            ...(key.kid === REVOKED ? { revokedAt: '2026-06-01T11:59:00Z' } : {}),
          }),
        );
      return [org, { ...entry, keys: [...entry.keys, ...added] }];
    }),
  );
  const signed = await signDirectory({ ...federation.source, organisations }, federation.root);
  directory = await openDirectory(signed, federation.anchor);
});

const opening = () => ({ directory, originator: EUROPOL, now: NOW });
const underReview = (submittedBy = 'Ben Example', change: object = {}): Notice => {
  const notice = exampleNotice('red', change);
  const neutralityReview = { reason: 'a mayor is concerned', submittedBy };
  return { ...notice, routing: { ...notice.routing, neutralityReview } };
};
const issue = (notice: Notice): Promise<string> =>
  issueNotice(notice, { federation: 'demo', signer: federation.signer(NOTICE) });
const claimsOf = (sdJwt: string): Claims => claimsIn(sdJwt.split('~', 1)[0] ?? '') as Claims;
const approvalOf = (sdJwt: string, signer?: Signer): Promise<string> =>
  signNoticeApproval(claimsOf(sdJwt), { signer: signer ?? approver('europol:approver:1'), now: NOW });
const approver = (kid: string): Signer => approvers.get(kid) ?? federation.signer(kid);
const approved = (sdJwt: string, approval: string): Promise<string> =>
  issueApproved(sdJwt, approval, federation.signer(NOTICE));

describe('a notice under neutrality review', () => {
  test('that another person approved opens at a router and, redacted, at a recipient', async () => {
    const sdJwt = await issue(underReview());
    const opened = await openSubmission(await approved(sdJwt, await approvalOf(sdJwt)), opening());
    expect(opened.header.approval).toBeDefined();
    const copy = redact(opened, opened.sections.slice(0, 1));
    expect((await openDelivered(copy.text, opening())).header).toEqual(opened.header);
  });

  test('is refused without approval, and an approval without a review', async () => {
    await refused(openSubmission(await issue(underReview()), opening()), 'not-approved');
    const plain = await issue(exampleNotice());
    await refused(openSubmission(await approved(plain, await approvalOf(plain)), opening()), 'not-approved');
  });

  test('is not approved by the person who submitted it, in any spelling of the name', async () => {
    for (const name of ['Ada Example', 'ada example ', 'ＡＤＡ Example']) {
      const sdJwt = await issue(underReview(name));
      await refused(
        openSubmission(await approved(sdJwt, await approvalOf(sdJwt)), opening()),
        'not-approved',
      );
    }
  });

  test('is not approved by the approval of a notice with another section, header or routing', async () => {
    const sdJwt = await issue(underReview());
    const { header, routing, sections } = underReview();
    for (const other of [
      underReview('Ben Example', { sections: { narrative: { text: 'something else' } } }),
      { header: { ...header, classification: 'basic' as const, crimeAreas: [] }, routing, sections },
      { header, routing: { ...routing, excluded: [parseOrgId('afripol')] }, sections },
    ]) {
      const approval = await approvalOf(await issue(other));
      const text = await approved(sdJwt, approval);
      await refused(openSubmission(text, opening()), 'not-approved');
      await refused(openDelivered(`${text.split('~', 1)[0]}~`, opening()), 'not-approved');
    }
  });

  test.each([
    [NOTICE, 'key-invalid'],
    ['afripol:approver:1', 'issuer-mismatch'],
    [REVOKED, 'key-revoked'],
  ])('is not approved by the key %s: %s', async (kid, code) => {
    const sdJwt = await issue(underReview());
    const text = await approved(sdJwt, await approvalOf(sdJwt, approver(kid)));
    await refused(openSubmission(text, opening()), code);
  });

  test('is not approved by a key that the directory does not list, nor by a signature of another key', async () => {
    const sdJwt = await issue(underReview());
    const stranger = await importSigner(await generateKey('europol:approver:9'));
    const unknown = await approved(sdJwt, await approvalOf(sdJwt, stranger));
    await refused(openSubmission(unknown, opening()), 'key-unknown');
    const namesake = await importSigner(await generateKey('europol:approver:1'));
    const forged = await approved(sdJwt, await approvalOf(sdJwt, namesake));
    await refused(openSubmission(forged, opening()), 'signature-invalid');
  });

  test('is not approved by an approval that is dated before the notice', async () => {
    const notice = underReview();
    const sdJwt = await issue(notice);
    const early = new Date(Date.parse(notice.header.issuedAt) - 10 * 60_000);
    const signer = approver('europol:approver:1');
    const text = await approved(sdJwt, await signNoticeApproval(claimsOf(sdJwt), { signer, now: early }));
    await refused(openSubmission(text, opening()), 'not-approved');
  });

  test('that was recorded before the key of its approver was revoked stays approved', async () => {
    const sdJwt = await issue(underReview('Cleo Example'));
    const text = await approved(sdJwt, await approvalOf(sdJwt, approver(REVOKED)));
    const recorded = new Date('2026-06-01T11:58:00Z');
    expect(await openSubmission(text, { ...opening(), recorded })).toMatchObject({ kid: NOTICE });
  });
});

describe('a notice with break-glass', () => {
  const used = (breakGlass = 'threat-to-life', submittedBy?: string): Notice => {
    const { header, routing, sections } = exampleNotice('red');
    const review = submittedBy === undefined ? {} : { neutralityReview: { reason: 'urgent', submittedBy } };
    const reason = breakGlass as NonNullable<Notice['header']['breakGlass']>;
    return { header: { ...header, breakGlass: reason }, routing: { ...routing, ...review }, sections };
  };

  test('that one person approved opens at a router and, redacted, at a recipient', async () => {
    const sdJwt = await issue(used());
    const opened = await openSubmission(await approved(sdJwt, await approvalOf(sdJwt)), opening());
    expect(opened.header).toMatchObject({ breakGlass: 'threat-to-life' });
    const copy = redact(opened, opened.sections.slice(0, 1));
    expect((await openDelivered(copy.text, opening())).header).toEqual(opened.header);
  });

  test('is refused without approval by a router and by a recipient', async () => {
    const sdJwt = await issue(used());
    await refused(openSubmission(sdJwt, opening()), 'not-approved');
    await refused(openDelivered(`${sdJwt.split('~', 1)[0]}~`, opening()), 'not-approved');
  });

  test('is not approved by the approval of the same notice for another reason', async () => {
    const sdJwt = await issue(used());
    const claims = claimsOf(sdJwt);
    const header = { ...Object(claims['notice']), breakGlass: 'escape' };
    const signer = approver('europol:approver:1');
    const other = await signNoticeApproval({ ...claims, notice: header }, { signer, now: NOW });
    await refused(openSubmission(await approved(sdJwt, other), opening()), 'not-approved');
  });

  test('is refused for a reason that is not on the list, also with an approval', async () => {
    const sdJwt = await issue(used('curiosity'));
    const text = await approved(sdJwt, await approvalOf(sdJwt));
    await refused(openSubmission(text, opening()), 'schema-invalid');
  });

  test.each([
    [NOTICE, 'key-invalid'],
    ['afripol:approver:1', 'issuer-mismatch'],
    [REVOKED, 'key-revoked'],
  ])('is not approved by the key %s: %s', async (kid, code) => {
    const sdJwt = await issue(used());
    const text = await approved(sdJwt, await approvalOf(sdJwt, approver(kid)));
    await refused(openSubmission(text, opening()), code);
  });

  test('under neutrality review is approved by another person than the one who submits it', async () => {
    const own = await issue(used('escape', 'Ada Example'));
    await refused(openSubmission(await approved(own, await approvalOf(own)), opening()), 'not-approved');
    const other = await issue(used('escape', 'Cleo Example'));
    const text = await approved(other, await approvalOf(other));
    expect(await openSubmission(text, opening())).toMatchObject({ kid: NOTICE });
  });
});
