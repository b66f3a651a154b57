import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Claims } from '../../../services/shared/trust/jws.js';
import { readSigner } from '../../../services/shared/trust/keys.js';
import { issueApproved } from '../../../services/shared/trust/sd-jwt.js';
import { signNoticeApproval } from '../../../services/shared/trust/signers/notice-approval.js';
import { claimsIn } from '../../../services/shared/trust/token-claims.js';
import { OPEN, startHub, type TestHub } from '../../support/hub.js';
import type { PlayedGateway } from '../../support/played-gateway.js';

let hub: TestHub;
let europol: PlayedGateway;
beforeAll(async () => {
  hub = await startHub();
  await hub.open(await hub.start());
  europol = await hub.gateway('europol');
  await europol.listen();
});
afterAll(() => hub.close());

const approved = async (sdJwt: string): Promise<string> => {
  const claims = claimsIn(sdJwt.split('~', 1)[0] ?? '') as Claims;
  const signer = await readSigner(hub.broker.home.approver(europol.org, 1));
  return issueApproved(sdJwt, await signNoticeApproval(claims, { signer, now: hub.clock() }), europol.notice);
};

describe('router: a notice under neutrality review', () => {
  const issue = (submittedBy: string): Promise<string> =>
    europol.issue({ header: { neutralityReview: { reason: 'a mayor is concerned', submittedBy } } });

  test('is refused as `not-approved` without the approval of a second person, and delivered with it', async () => {
    const sent = await europol.frame([
      await issue('Ada Example'),
      await approved(await issue('Approver 1 of europol')),
      await approved(await issue('Ada Example')),
    ]);
    await europol.send(sent);
    const { notices, refusals, decisions } = await europol.reportOn(sent);
    expect(refusals.map(({ index, code }) => [index, code])).toEqual([
      [0, 'not-approved'],
      [1, 'not-approved'],
    ]);
    expect(notices).toMatchObject([{ attributes: { reviewed: true } }]);
    expect(decisions.map(({ outcome }) => outcome)).toEqual(['delivered', 'delivered']);
  });

  test('is the only one that reaches a recipient whose own rules ask for a review', async () => {
    const demand = `${OPEN('afr-import')}
@id("afr-import-review")
@reason("only what a second person approved")
forbid (principal, action == Action::"receive", resource)
unless { resource has reviewed && resource.reviewed };
`;
    await hub.policy('afripol/import.cedar', demand);
    const sent = await europol.frame([await europol.issue(), await approved(await issue('Ada Example'))]);
    await europol.send(sent);
    const { notices, decisions } = await europol.reportOn(sent);
    const said = notices.map(({ jti }) =>
      decisions.flatMap((one) => (one.jti === jti ? [`${one.to} ${one.outcome}`] : [])).toSorted(),
    );
    expect(said).toEqual([
      ['afripol denied', 'interpol delivered'],
      ['afripol delivered', 'interpol delivered'],
    ]);
  });
});

describe('router: a notice with break-glass', () => {
  test('is refused without the approval of a person, and delivered with it', async () => {
    const withBreakGlass = () => europol.issue({ header: { breakGlass: 'missing-child' } });
    const sent = await europol.frame([await withBreakGlass(), await approved(await withBreakGlass())]);
    await europol.send(sent);
    const { notices, refusals } = await europol.reportOn(sent);
    expect(refusals.map(({ index, code }) => [index, code])).toEqual([[0, 'not-approved']]);
    expect(notices).toMatchObject([
      { attributes: { breakGlass: 'missing-child' }, approver: 'europol:approver:1' },
    ]);
  });

  test('reaches a recipient whose own rules open for it, and is on the ledger for every recipient', async () => {
    const closed = `${OPEN('afr-import')}
@id("afr-import-emergency")
@reason("only in an emergency")
forbid (principal, action == Action::"receive", resource)
unless { resource has breakGlass && resource.breakGlass == BreakGlass::"threat-to-life" };
`;
    await hub.policy('afripol/import.cedar', closed);
    const withBreakGlass = (breakGlass: string) => europol.issue({ header: { breakGlass } });
    const sent = await europol.frame([
      await europol.issue(),
      await approved(await withBreakGlass('escape')),
      await approved(await withBreakGlass('threat-to-life')),
    ]);
    await europol.send(sent);
    const { notices, decisions } = await europol.reportOn(sent);
    const said = notices.map(({ jti, attributes, approver }) => [
      attributes.breakGlass,
      approver,
      ...decisions.flatMap((one) => (one.jti === jti ? [`${one.to} ${one.outcome}`] : [])).toSorted(),
    ]);
    const kid = 'europol:approver:1';
    expect(said).toEqual([
      [undefined, undefined, 'afripol denied', 'interpol delivered'],
      ['escape', kid, 'afripol denied', 'interpol delivered'],
      ['threat-to-life', kid, 'afripol delivered', 'interpol delivered'],
    ]);
  });
});
