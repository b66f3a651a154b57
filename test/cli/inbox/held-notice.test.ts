import { beforeAll, describe, expect, test } from 'vitest';
import { type HeldNotice, verifyHeldNotice } from '../../../services/cli/inbox/held-notice.js';
import { encodeBase64url } from '../../../services/shared/kernel/base64url.js';
import { parseFrameId, parseNoticeId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import { deliveryTree, saltAt } from '../../../services/shared/ledger/delivery/delivery-root.js';
import { signAction, type ActionContent } from '../../../services/shared/ledger/action.js';
import { createHandOutAction } from '../../../services/shared/ledger/action-delivery.js';
import { createRecordProver } from '../../../services/shared/ledger/delivery/record-proof.js';
import { showPart } from '../../../services/shared/ledger/delivery/shown-part.js';
import { type HeldAction, heldActionOf } from '../../../services/shared/ledger/held/held-action.js';
import type { Section } from '../../../services/shared/notice/kinds.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { readDisclosure } from '../../../services/shared/trust/disclosure.js';
import { openSubmission } from '../../../services/shared/trust/open-notice.js';
import { redact } from '../../../services/shared/trust/redact.js';
import { issueNotice, joinSdJwt, splitSdJwt } from '../../../services/shared/trust/sd-jwt.js';
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
  const { id, number, jti, digest: named } = notice;
  const tree = deliveryTree(seed, [{ jti, digest: named, disclosed: copy.disclosed }]);
  const place = {
    salt: encodeBase64url(saltAt(seed, 0)),
    index: 0,
    path: tree.path(0).map(encodeBase64url),
    disclosed: copy.disclosed,
  };
  // The seed is the first of the recipient's own parts, what it is told of the notice the second.
  const shown = [showPart(records[0]!, 1)!];
  const raw = { sdJwt: copy.text, statement, place, shown, actions: [] };
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

/** An action of europol on the held notice as afripol's gateway keeps it, recorded for this organisation. */
async function acted(
  step: number,
  content: Omit<ActionContent, 'id' | 'number'>,
  recordedFor = AFRIPOL,
): Promise<HeldAction> {
  const { directory } = federation;
  const of = { id: parseNoticeId(held.id), number: held.number + step };
  const signing = { signer: federation.signer('europol:notice:1'), federation: 'demo', now: NOW, members: 3 };
  const action = await signAction({ ...of, ...content }, signing);
  const named = digest(action.statement);
  const record = await craftReport(
    { signer: federation.signer('hub:hub:1'), directory, now: () => NOW },
    { originator: EUROPOL, frame: FRAME, parts: [{ type: 'act', to: recordedFor, digest: named }] },
  );
  const shown = showPart(createRecordProver(record.statement)(recordedFor)!.proof, 0)!;
  return heldActionOf(createHandOutAction(action)(AFRIPOL)!, { shown, at: NOW.getTime() });
}

const textOf = (section: string): string =>
  splitSdJwt(whole).disclosures.find((text) => readDisclosure(text).name === section)!;

const restrict = (step: number, ...sections: readonly Section[]): Promise<HeldAction> =>
  acted(step, { verb: 'restrict', reason: 'by-originator', listed: [{ to: AFRIPOL, sections }] });

function unseal(step: number, section: Section): Promise<HeldAction> {
  const text = textOf(section);
  const own = { digest: digest(splitSdJwt(whole).jwt), disclosure: digest(text) };
  const listed = [{ to: AFRIPOL, section, ...own }];
  return acted(step, { verb: 'unseal', listed, disclosures: [text] });
}

/** The held notice with these sections instead, changed by these actions. */
const changed = (sections: readonly Section[], actions: readonly HeldAction[]) => {
  const sdJwt = joinSdJwt(splitSdJwt(whole).jwt, sections.map(textOf));
  return { ...held, raw: { ...held.raw, sdJwt, actions } };
};

const isProven = async (...given: Parameters<typeof changed>): Promise<boolean> =>
  (await verify(changed(...given))).verified.statement;

describe('a held notice that actions changed', () => {
  beforeAll(async () => {
    held = await holdWith({});
  });

  test('verifies with the section that an unseal brought, which is no longer withheld', async () => {
    const verified = await verify(changed([...SECTIONS, 'judicial'], [await unseal(1, 'judicial')]));
    expect(verified.verified).toEqual({ originator: true, statement: true });
    expect(verified.withheld).toEqual([]);
    expect(Object.keys(Object(verified.sections))).toHaveLength(3);
  });

  test('verifies without the section that a restrict took', async () => {
    expect(await isProven(['identity'], [await restrict(1, 'description')])).toBe(true);
  });

  test('fails with a section that records and actions do not give', async () => {
    const actions = [await restrict(1, 'description'), await unseal(2, 'judicial')];
    expect(await isProven(['identity', 'judicial'], actions)).toBe(true);
    expect(await isProven(['identity', 'judicial', 'description'], actions)).toBe(false);
    expect(await isProven([...SECTIONS, 'judicial'], [])).toBe(false);
  });

  test('fails without a section that records and actions give', async () => {
    const actions = [await restrict(1, 'description'), await unseal(2, 'judicial')];
    expect(await isProven(['identity'], actions)).toBe(false);
    expect(await isProven(['judicial'], actions)).toBe(false);
    expect(await isProven(['identity'], [])).toBe(false);
  });

  test('counts the newer of a restrict and an unseal, in whatever order they are shown', async () => {
    const [before, after] = [await restrict(1, 'identity'), await restrict(3, 'identity')];
    const between = await unseal(2, 'identity');
    expect(await isProven(SECTIONS, [between, before])).toBe(true);
    expect(await isProven(SECTIONS, [after, between])).toBe(false);
    expect(await isProven(['description'], [after, between])).toBe(true);
  });

  test('ignores an action with the number of its revision', async () => {
    expect(await isProven(SECTIONS, [await restrict(0, 'identity')])).toBe(true);
  });

  test('fails after a restrict of the whole or a withdraw', async () => {
    const restriction = await acted(1, {
      verb: 'restrict',
      reason: 'by-policy',
      listed: [{ to: AFRIPOL }],
    });
    expect(await isProven(SECTIONS, [restriction])).toBe(false);
    const withdraw = await acted(1, { verb: 'withdraw', reason: 'issued-in-error' });
    expect(await isProven(SECTIONS, [withdraw])).toBe(false);
  });

  test('verifies after its first end only with the action that extended it', async () => {
    const end = Date.parse(exampleNotice().header.expiresAt);
    const now = new Date(end + 1000);
    const by = { directory: federation.directory, holder: AFRIPOL, now };
    const expiresAt = end / 1000 + 86_400;
    const extend = await acted(1, { verb: 'extend', reason: 'still-needed', expiresAt });
    const verified = await verifyHeldNotice(changed(SECTIONS, [extend]), by);
    expect(verified.verified).toEqual({ originator: true, statement: true });
    expect((await verifyHeldNotice(changed(SECTIONS, []), by)).verified.originator).toBe(false);
  });

  test('fails with an action without its record, with the record of another action, or of another holder', async () => {
    const [action, other] = [await restrict(1, 'description'), await restrict(2, 'description')];
    const swapped = await verify(changed(['identity'], [{ ...action, shown: other.shown }]));
    expect(swapped.codes).toEqual(['digest-mismatch']);
    const [share] = held.raw.shown;
    expect(await isProven(['identity'], [{ ...action, shown: share! }])).toBe(false);
    const content = { verb: 'restrict', reason: 'by-originator' } as const;
    const listed = [{ to: AFRIPOL, sections: ['description' as const] }];
    expect(await isProven(['identity'], [await acted(1, { ...content, listed }, EUROPOL)])).toBe(false);
  });
});
