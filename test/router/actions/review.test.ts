import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type NoticeId, parseNoticeId } from '../../../services/shared/kernel/ids.js';
import type { Claims } from '../../../services/shared/trust/jws.js';
import { readSigner, type Signer } from '../../../services/shared/trust/keys.js';
import { issueApproved } from '../../../services/shared/trust/sd-jwt.js';
import { signReview } from '../../../services/shared/trust/signers/break-glass-review.js';
import { signNoticeApproval } from '../../../services/shared/trust/signers/notice-approval.js';
import { claimsIn } from '../../../services/shared/trust/token-claims.js';
import type { Item } from '../../../services/shared/wire/frames.js';
import { startHub, type TestHub } from '../../support/hub.js';
import type { PlayedGateway } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';
import { openHub } from './alfa.js';

describe('router: a review of break-glass', () => {
  let hub: TestHub;
  let europol: PlayedGateway;
  let afripol: PlayedGateway;
  const signers = new Map<string, Signer>();
  beforeAll(async () => {
    hub = await startHub();
    ({ europol, afripol } = await openHub(hub));
    const { home } = hub.broker;
    for (const path of [
      home.approver(europol.org, 1),
      home.approver(europol.org, 2),
      home.approver(afripol.org, 1),
      home.org(europol.org, 'notice.jwk'),
    ]) {
      const signer = await readSigner(path);
      signers.set(signer.kid, signer);
    }
  });
  afterAll(() => hub.close());

  const signer = (kid: string): Signer => signers.get(kid) ?? expect.fail(kid);
  const publish = async (header: object): Promise<{ readonly id: NoticeId; readonly jti: string }> => {
    const id = parseNoticeId(uuidv7());
    const number = Date.now();
    const sdJwt = await europol.issue({ id, number, header });
    const claims = claimsIn(sdJwt.split('~', 1)[0] ?? '') as Claims;
    const by = { signer: signer('europol:approver:1'), now: hub.clock() };
    const usesBreakGlass = 'breakGlass' in header;
    const text = usesBreakGlass
      ? await issueApproved(sdJwt, await signNoticeApproval(claims, by), europol.notice)
      : sdJwt;
    const sent = await europol.frame([text]);
    await europol.send(sent);
    expect((await europol.reportOn(sent)).refusals).toEqual([]);
    return { id, jti: `${id}.${number}` };
  };
  const useBreakGlass = () => publish({ breakGlass: 'threat-to-life' });
  const signed = (jti: string, kid = 'europol:approver:2', finding = 'unjustified'): Promise<string> =>
    signReview({ jti, finding }, { signer: signer(kid), federation: 'demo', now: hub.clock() });
  const reviewOf = async (id: NoticeId, review: string): Promise<Item> =>
    europol.act({ id, verb: 'review', reason: 'unjustified', review });
  const send = async (item: Item) => {
    const sent = await europol.frame([item]);
    await europol.send(sent);
    const report = await europol.reportOn(sent);
    return { sent, report, codes: report.refusals.map(({ code }) => code) };
  };

  test('by another approver is on the ledger, and reaches every holder with its finding', async () => {
    const { id, jti } = await useBreakGlass();
    const review = await signed(jti);
    const { sent, report } = await send(await reviewOf(id, review));
    expect(report.actions).toMatchObject([{ id, verb: 'review', scope: 'all' }]);
    expect(report.acts.map(({ to }) => to)).toEqual(['afripol', 'interpol']);
    const copy = await until('a holder has it', () => afripol.held.find(({ frame }) => frame === sent.id));
    expect(copy.actions).toMatchObject([{ id, verb: 'review', reason: 'unjustified', review }]);
  });

  test('is accepted after the end of its notice', async () => {
    const { id, jti } = await useBreakGlass();
    await send(await europol.act({ id, verb: 'withdraw', reason: 'purpose-achieved' }));
    const { report } = await send(await reviewOf(id, await signed(jti)));
    expect(report.actions).toMatchObject([{ id, verb: 'review' }]);
  });

  test('by the person who used it is refused as `not-approved`, and so is one of a notice without it', async () => {
    const { id, jti } = await useBreakGlass();
    const own = await send(await reviewOf(id, await signed(jti, 'europol:approver:1')));
    expect(own.codes).toEqual(['not-approved']);
    const plain = await publish({});
    expect((await send(await reviewOf(plain.id, await signed(plain.jti)))).codes).toEqual(['not-approved']);
    const unknown = `${id}.1`;
    expect((await send(await reviewOf(id, await signed(unknown)))).codes).toEqual(['not-own-notice']);
  });

  test.each([
    ['afripol:approver:1', 'issuer-mismatch'],
    ['europol:notice:1', 'key-invalid'],
  ])('is not signed by the key %s: %s', async (kid, code) => {
    const { id, jti } = await useBreakGlass();
    expect((await send(await reviewOf(id, await signed(jti, kid)))).codes).toEqual([code]);
  });

  test('says what its action says: another finding, another notice or no signature is refused', async () => {
    const [{ id, jti }, other] = [await useBreakGlass(), await useBreakGlass()];
    for (const review of [await signed(jti, undefined, 'justified'), await signed(other.jti)])
      expect((await send(await reviewOf(id, review))).codes).toEqual(['token-malformed']);
    await expect(europol.act({ id, verb: 'review', reason: 'justified' })).rejects.toMatchObject({
      code: 'token-malformed',
    });
  });
});
