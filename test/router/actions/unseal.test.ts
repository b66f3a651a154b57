import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type NoticeId, parseNoticeId } from '../../../services/shared/kernel/ids.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { readDisclosure } from '../../../services/shared/trust/disclosure.js';
import { splitSdJwt } from '../../../services/shared/trust/sd-jwt.js';
import { OPEN, rule, startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import type { PlayedGateway, Sent } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';

const EXPORT = 'europol/export.cedar';
/** The originator's rules give every section but one, and tell of that one. */
const WITHHELD = rule(
  'eu-not-judicial',
  'permit (principal, action, resource) unless { action == Action::"disclose" && context.section == Section::"judicial" };',
);

describe('router: a section that was withheld', () => {
  let hub: TestHub;
  let router: TestRouter;
  let europol: PlayedGateway;
  let interpol: PlayedGateway;
  let afripol: PlayedGateway;
  beforeAll(async () => {
    hub = await startHub();
    router = await hub.start();
    await hub.open(router);
    [europol, interpol, afripol] = await Promise.all([
      hub.gateway('europol'),
      hub.gateway('interpol'),
      hub.gateway('afripol'),
    ]);
    await Promise.all([
      europol.listen({ receipts: true }),
      interpol.listen({ receipts: true }),
      afripol.listen({ receipts: true }),
    ]);
  });
  afterAll(() => hub.close());
  beforeEach(() => hub.policy(EXPORT, WITHHELD));

  const copies = ({ held }: PlayedGateway, { id }: Sent) => held.filter(({ frame }) => frame === id);
  const send = async (
    gateway: PlayedGateway,
    items: Parameters<PlayedGateway['frame']>[0],
  ): Promise<Sent> => {
    const sent = await gateway.frame(items);
    await gateway.send(sent);
    await gateway.reportOn(sent);
    return sent;
  };
  const publish = async () => {
    const id = parseNoticeId(uuidv7());
    const text = await europol.issue({ id, number: Date.now() });
    const sent = await send(europol, [text]);
    await until('both copies', () => copies(interpol, sent).length + copies(afripol, sent).length === 2);
    const { jwt, disclosures } = splitSdJwt(text);
    const disclosure = disclosures.find((one) => readDisclosure(one).name === 'judicial') ?? '';
    return { id, revision: digest(jwt), disclosure, sent };
  };
  type Published = Awaited<ReturnType<typeof publish>>;
  const unseal = ({ id, revision, disclosure }: Published) =>
    europol.act({
      id,
      verb: 'unseal',
      listed: [{ to: interpol.org, section: 'judicial', digest: revision, disclosure: digest(disclosure) }],
      disclosures: [disclosure],
    });
  const request = ({ id, revision }: { readonly id: NoticeId; readonly revision: string }) =>
    interpol.request({ to: europol.org, id, revision, section: 'judicial', purpose: 'arrest' });
  const codes = async (gateway: PlayedGateway, sent: Sent) =>
    (await gateway.reportOn(sent)).refusals.map(({ code, rules }) => ({ code, rules }));

  test('is unsealed to one holder: one disclosure leaves, to it alone, and none is on the ledger', async () => {
    const published = await publish();
    const sent = await send(europol, [await unseal(published)]);
    await until('the answer', () => europol.receipts.some(({ delivery }) => delivery === sent.id));
    const [copy] = copies(interpol, sent);
    expect(copy?.actions).toMatchObject([
      { verb: 'unseal', own: { to: 'interpol', section: 'judicial' }, disclosure: published.disclosure },
    ]);
    expect(copy?.notices).toEqual([]);
    expect(copies(afripol, sent)).toEqual([]);
    const known = router.store.actions.of('europol', published.id);
    expect(known).toHaveLength(1);
    expect(Buffer.from(known[0]?.bytes ?? []).includes(published.disclosure)).toBe(false);
    await until('the record', async () =>
      (await hub.auditor.records()).some(({ frame }) => frame === sent.id),
    );
  });

  test('is not unsealed against a rule, and the refusal names the rule', async () => {
    const published = await publish();
    await hub.policy(
      'interpol/import.cedar',
      OPEN('interpol-import') +
        rule(
          'ip-not-judicial',
          'forbid (principal, action == Action::"disclose", resource) when { context.section == Section::"judicial" };',
        ),
    );
    const sent = await send(europol, [await unseal(published)]);
    expect(await codes(europol, sent)).toEqual([
      { code: 'not-permitted', rules: [{ layer: 'import', id: 'ip-not-judicial' }] },
    ]);
    expect(copies(interpol, sent)).toEqual([]);
    await hub.policy('interpol/import.cedar', OPEN('interpol-import'));
  });

  test('that is disclosed already is refused as `not-withheld`', async () => {
    await hub.policy(EXPORT, OPEN('europol-export'));
    const sent = await send(europol, [await unseal(await publish())]);
    expect(await codes(europol, sent)).toEqual([{ code: 'not-withheld', rules: undefined }]);
  });

  test('is asked for by a holder of its originator alone, and the answer is given once', async () => {
    const published = await publish();
    const asking = await request(published);
    const sent = await send(interpol, [asking]);
    await until('the request', () => europol.held.some(({ frame }) => frame === sent.id));
    expect(copies(europol, sent)[0]?.requests).toEqual([asking.request]);
    expect(copies(afripol, sent)).toEqual([]);
    expect((await interpol.reportOn(sent)).asks).toMatchObject([
      { to: 'europol', digest: digest(asking.request ?? ''), id: published.id, section: 'judicial' },
    ]);
    await until('its receipt', () => interpol.receipts.some(({ delivery }) => delivery === sent.id));
    expect(await codes(interpol, await send(interpol, [await request(published)]))).toEqual([
      { code: 'request-open', rules: undefined },
    ]);
    const decline = () =>
      europol.act({
        id: published.id,
        verb: 'decline',
        reason: 'not-available',
        listed: [{ to: interpol.org, request: digest(asking.request ?? '') }],
      });
    const declined = await send(europol, [await decline()]);
    await until('the answer', () => copies(interpol, declined).length === 1);
    expect(copies(interpol, declined)[0]?.actions).toMatchObject([
      { verb: 'decline', reason: 'not-available', own: { request: digest(asking.request ?? '') } },
    ]);
    expect(await codes(europol, await send(europol, [await decline()]))).toEqual([
      { code: 'request-answered', rules: undefined },
    ]);
  });

  test('is not asked for by somebody who was not told of it: the answer is that for an unknown notice', async () => {
    await hub.policy(EXPORT, OPEN('europol-export'));
    const { id, revision } = await publish();
    const unknown = { id: parseNoticeId(uuidv7()), revision: digest('unknown') };
    const sent = await send(interpol, [await request({ id, revision }), await request(unknown)]);
    expect(await codes(interpol, sent)).toEqual([
      { code: 'not-own-notice', rules: undefined },
      { code: 'not-own-notice', rules: undefined },
    ]);
    expect(copies(europol, sent)).toEqual([]);
  });
});

describe('router: a restriction', () => {
  let hub: TestHub;
  let europol: PlayedGateway;
  let gateways: readonly PlayedGateway[];
  beforeAll(async () => {
    hub = await startHub();
    await hub.open(await hub.start());
    const [first, ...others] = await Promise.all(
      ['europol', 'interpol', 'afripol'].map((org) => hub.gateway(org)),
    );
    if (first === undefined) throw new Error('no gateway');
    [europol, gateways] = [first, others];
    await Promise.all([europol.listen(), ...others.map((gateway) => gateway.listen({ receipts: true }))]);
  });
  afterAll(() => hub.close());

  test('goes to the holders that it names, each with its own leaf, and the report lists the others', async () => {
    const id = parseNoticeId(uuidv7());
    const first = await europol.frame([await europol.issue({ id, number: Date.now() })]);
    await europol.send(first);
    await until('the receipts', () => europol.receipts.length === 2);
    const sent = await europol.frame([
      await europol.act({
        id,
        verb: 'restrict',
        reason: 'no-longer-shared',
        listed: [{ to: gateways[0]?.org ?? europol.org, sections: ['judicial'] }],
      }),
    ]);
    await europol.send(sent);
    await until('the answer', () => europol.receipts.length === 3);
    const { actions, acts } = await europol.reportOn(sent);
    expect(actions).toMatchObject([{ verb: 'restrict', scope: 'listed', unnamed: ['afripol'] }]);
    expect(acts.map(({ to }) => to)).toEqual(['interpol']);
    expect(gateways[0]?.held.at(-1)?.actions).toMatchObject([
      { own: { to: 'interpol', sections: ['judicial'] } },
    ]);
    expect(gateways[1]?.held.some(({ frame }) => frame === sent.id)).toBe(false);
  });

  test('a suspension stands on a later revision: it comes with it, before it, to whoever gets it', async () => {
    const id = parseNoticeId(uuidv7());
    const header = { addressees: ['interpol'] };
    const first = await europol.frame([await europol.issue({ id, number: Date.now(), header })]);
    await europol.send(first);
    await europol.reportOn(first);
    const end = Math.floor(Date.now() / 1000) + 86_400;
    const suspended = await europol.frame([
      await europol.act({ id, verb: 'suspend', reason: 'under-review', until: end }),
    ]);
    await europol.send(suspended);
    await europol.reportOn(suspended);
    const sent = await europol.frame([await europol.issue({ id, number: Date.now() })]);
    await europol.send(sent);
    const afripol = gateways[1];
    await until('the copy', () => afripol?.held.some(({ frame }) => frame === sent.id));
    const copy = afripol?.held.find(({ frame }) => frame === sent.id);
    expect(copy?.actions).toMatchObject([{ verb: 'suspend', id, until: end }]);
    expect(copy?.notices).toHaveLength(1);
    expect(copy?.delivery.items.map((item) => (item.action ? 'action' : 'notice'))).toEqual([
      'action',
      'notice',
    ]);
  });
});
