import { beforeAll, describe, expect, test } from 'vitest';
import { type HeldNotice, verifyHeldNotice } from '../../../services/cli/inbox/held-notice.js';
import { encodeBase64url } from '../../../services/shared/kernel/base64url.js';
import { parseFrameId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import { deliveryTree, saltAt } from '../../../services/shared/ledger/delivery/delivery-root.js';
import { showPart } from '../../../services/shared/ledger/delivery/shown-part.js';
import type { Section } from '../../../services/shared/notice/kinds.js';
import { openSubmission } from '../../../services/shared/trust/open-notice.js';
import { redact } from '../../../services/shared/trust/redact.js';
import { issueNotice } from '../../../services/shared/trust/sd-jwt.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { craftDelivery, craftReport, decide, noticePartOf } from '../../gateway/craft-delivery.js';
import { makeFederation, NOW, type TestFederation } from '../../shared/trust/federation.js';
import { EUROPOL, exampleNotice } from '../../shared/trust/notices.js';

const AFRIPOL = parseOrgId('afripol');
const FRAME = parseFrameId('f'.repeat(64));
const SECTIONS: readonly Section[] = ['identity', 'description'];
let federation: TestFederation;
let held: HeldNotice;
let whole: string;

/** Returns a held notice as afripol's gateway does, issued by europol and redacted by the hub. */
async function holdWith(change: {
  readonly audience?: string;
  readonly originator?: string;
  readonly use?: string;
}): Promise<HeldNotice> {
  whole = await issueNotice(exampleNotice(), {
    federation: 'demo',
    signer: federation.signer('europol:notice:1'),
  });
  const { directory } = federation;
  const notice = await openSubmission(whole, { directory, originator: EUROPOL, now: NOW });
  const by = { signer: federation.signer('hub:hub:1'), directory, now: () => NOW };
  const { recipient: to, ...decided } = decide(AFRIPOL, notice.sections, SECTIONS);
  const told = { advertised: ['judicial' as const], obligations: ['ask-first'] };
  const decision = { type: 'decision' as const, jti: notice.jti, to, ...decided, ...told };
  const record = await craftReport(by, {
    originator: EUROPOL,
    frame: FRAME,
    parts: [noticePartOf(notice), decision],
  });
  const gifts = [{ notice, sections: SECTIONS }];
  const crafting = { recipient: AFRIPOL, originator: EUROPOL, frame: FRAME, gifts, records: [record] };
  const bytes = await craftDelivery(by, crafting, {
    signer: federation.signer(change.use ?? 'hub:hub:1'),
    statement: {
      ...(change.audience === undefined ? {} : { recipient: parseOrgId(change.audience) }),
      ...(change.originator === undefined ? {} : { originator: parseOrgId(change.originator) }),
    },
  });
  const { statement, records, seed } = frames.delivery.decode(bytes);
  const copy = redact(notice, SECTIONS);
  const { id, number, jti, digest } = notice;
  const tree = deliveryTree(seed, [{ jti, digest, disclosed: copy.disclosed }]);
  const place = {
    salt: encodeBase64url(saltAt(seed, 0)),
    index: 0,
    path: tree.path(0).map(encodeBase64url),
  };
  // The seed is the first of the recipient's own parts, what it is told of the notice the second.
  const shown = [showPart(records[0]!, 1)!];
  const raw = { sdJwt: copy.text, statement, place, shown };
  const life = { expiresAt: NOW.toISOString(), reviewAt: null, change: { name: 'notice', reason: null } };
  return { id, number, kind: 'red', originator: 'europol', receivedAt: NOW.toISOString(), life, raw };
}

const verify = (notice: HeldNotice) =>
  verifyHeldNotice(notice, { directory: federation.directory, holder: AFRIPOL, now: NOW });

beforeAll(async () => {
  federation = await makeFederation();
  held = await holdWith({});
});

describe('a held notice', () => {
  test('verifies from the raw bytes and the directory only', async () => {
    const verified = await verify(held);
    expect(verified.verified).toEqual({ originator: true, statement: true });
    expect(Object.keys(Object(verified.sections))).toEqual(
      expect.arrayContaining(['identity', 'description']),
    );
    expect(verified).toMatchObject({ withheld: ['judicial'], obligations: ['ask-first'] });
  });

  test('with an additional section fails the statement of the hub, not the signature of the originator', async () => {
    const [jwt = '', ...disclosures] = whole.split('~').slice(0, -1);
    const more = disclosures.filter(
      (text) => !Buffer.from(text, 'base64url').toString().includes('"routing"'),
    );
    const verified = await verify({ ...held, raw: { ...held.raw, sdJwt: `${[jwt, ...more].join('~')}~` } });
    expect(verified.verified).toEqual({ originator: true, statement: false });
    expect(verified.codes).toEqual(['digest-mismatch']);
    expect(verified.withheld).toBeNull();
  });

  test('with a changed byte fails the signature of the originator, and returns no content', async () => {
    const [header = '', payload = '', rest = ''] = held.raw.sdJwt.split('.');
    const forged = `${header}.${payload.slice(0, 40)}${payload[40] === 'A' ? 'B' : 'A'}${payload.slice(41)}.${rest}`;
    const verified = await verify({ ...held, raw: { ...held.raw, sdJwt: forged } });
    expect(verified.verified).toEqual({ originator: false, statement: false });
    expect(verified.codes).toContain('signature-invalid');
    expect(verified.header).toBeNull();
    expect(verified.sections).toBeNull();
  });

  test.each([
    ['meant for another recipient', { audience: 'europol' }, 'audience-mismatch'],
    ['signed with a key that is not a hub key', { use: 'hub:audit:1' }, 'key-invalid'],
    ['about another originator', { originator: 'afripol' }, 'digest-mismatch'],
  ])('fails with a statement %s', async (_what, change, code) => {
    const verified = await verify(await holdWith(change));
    expect(verified.verified).toEqual({ originator: true, statement: false });
    expect(verified.codes).toEqual([code]);
  });

  test('fails with what the records say of another notice', async () => {
    const { raw } = await holdWith({});
    const verified = await verify({ ...held, raw: { ...held.raw, shown: raw.shown } });
    expect(verified.verified.statement).toBe(false);
    expect(verified.codes).toEqual(['digest-mismatch']);
  });

  test.each([
    ['another place', { index: 1 }],
    ['another salt', { salt: 'A'.repeat(22) }],
  ])('fails with %s in its delivery', async (_what, other) => {
    const place = { ...held.raw.place, ...other };
    const verified = await verify({ ...held, raw: { ...held.raw, place } });
    expect(verified.verified.statement).toBe(false);
    expect(verified.codes).toEqual(['digest-mismatch']);
  });
});
