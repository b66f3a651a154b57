import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type NoticeId, parseNoticeId } from '../../../services/shared/kernel/ids.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { readDisclosure } from '../../../services/shared/trust/disclosure.js';
import { splitSdJwt } from '../../../services/shared/trust/sd-jwt.js';
import { OPEN, startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import { FORBIDS_JUDICIAL, WITHHOLDS_JUDICIAL } from '../../support/judicial-rules.js';
import type { PlayedGateway, Sent } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';
import { openHub, send } from './alfa.js';

const EXPORT = 'europol/export.cedar';

describe('router: a section that was withheld', () => {
  let hub: TestHub;
  let router: TestRouter;
  let europol: PlayedGateway;
  let interpol: PlayedGateway;
  let afripol: PlayedGateway;
  beforeAll(async () => {
    hub = await startHub();
    ({ router, europol, interpol, afripol } = await openHub(hub, { receipts: true }));
  });
  afterAll(() => hub.close());
  beforeEach(() => hub.policy(EXPORT, WITHHOLDS_JUDICIAL));

  const copies = ({ held }: PlayedGateway, { id }: Sent) => held.filter(({ frame }) => frame === id);
  const publish = async (remarks: Readonly<Record<string, string>> = {}) => {
    const id = parseNoticeId(uuidv7());
    const text = await europol.issue({ id, number: Date.now(), remarks });
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

  test('crosses the wire as one disclosure: the message grows by the size of this section alone', async () => {
    const unsealed = async (remarks: Readonly<Record<string, string>>) => {
      const published = await publish(remarks);
      const sent = await send(europol, [await unseal(published)]);
      await until('the disclosure', () => copies(interpol, sent).length === 1);
      return { message: copies(interpol, sent)[0]?.bytes ?? 0, disclosure: published.disclosure.length };
    };
    const short = await unsealed({});
    const long = await unsealed({ judicial: 'j'.repeat(1_500) });
    const others = { identity: 'i'.repeat(1_500), narrative: 'n'.repeat(1_500), threat: 't'.repeat(1_500) };
    const same = await unsealed(others);
    process.stderr.write(`an unseal of ${short.disclosure} bytes is a message of ${short.message} bytes\n`);
    expect(long.disclosure - short.disclosure).toBeGreaterThan(1_500);
    expect(same.disclosure).toBe(short.disclosure);
    // Positions of leaves and lengths take a byte more or less.
    const grown = long.message - short.message - (long.disclosure - short.disclosure);
    expect(Math.abs(grown)).toBeLessThan(16);
    expect(Math.abs(same.message - short.message)).toBeLessThan(16);
  });

  test('is not unsealed against a rule, and the refusal names the rule', async () => {
    const published = await publish();
    await hub.policy('interpol/import.cedar', OPEN('interpol-import') + FORBIDS_JUDICIAL);
    const sent = await send(europol, [await unseal(published)]);
    expect(await codes(europol, sent)).toEqual([
      { code: 'not-permitted', rules: [{ layer: 'import', id: 'ip-not-judicial' }] },
    ]);
    expect(copies(interpol, sent)).toEqual([]);
    await hub.policy('interpol/import.cedar', OPEN('interpol-import'));
  });

  test('is not unsealed to a holder that has it already: the refusal is `not-withheld`', async () => {
    await hub.policy(EXPORT, OPEN('europol-export'));
    const sent = await send(europol, [await unseal(await publish())]);
    expect(await codes(europol, sent)).toEqual([{ code: 'not-withheld', rules: undefined }]);
  });

  test('is requested from the originator alone, and the request is answered once', async () => {
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

  test('is requested without having been advertised: the refusal is the same as for an unknown notice', async () => {
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

describe('router: a bar', () => {
  let hub: TestHub;
  let europol: PlayedGateway;
  let interpol: PlayedGateway;
  let afripol: PlayedGateway;
  beforeAll(async () => {
    hub = await startHub();
    ({ europol, interpol, afripol } = await openHub(hub));
  });
  afterAll(() => hub.close());

  test('a restriction goes to the holders that it names, each with its own leaf; the report lists the others', async () => {
    const id = parseNoticeId(uuidv7());
    const first = await europol.frame([await europol.issue({ id, number: Date.now() })]);
    await europol.send(first);
    await until('the receipts', () => europol.receipts.length === 2);
    const sent = await europol.frame([
      await europol.act({
        id,
        verb: 'restrict',
        reason: 'no-longer-shared',
        listed: [{ to: interpol.org, sections: ['judicial'] }],
      }),
    ]);
    await europol.send(sent);
    await until('the answer', () => europol.receipts.length === 3);
    const { actions, acts } = await europol.reportOn(sent);
    expect(actions).toMatchObject([{ verb: 'restrict', scope: 'listed', unnamed: ['afripol'] }]);
    expect(acts.map(({ to }) => to)).toEqual(['interpol']);
    expect(interpol.held.at(-1)?.actions).toMatchObject([
      { own: { to: 'interpol', sections: ['judicial'] } },
    ]);
    expect(afripol.held.some(({ frame }) => frame === sent.id)).toBe(false);
  });

  test('a suspension in force is delivered with a later revision, before it, to each of its recipients', async () => {
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
    await until('the copy', () => afripol.held.some(({ frame }) => frame === sent.id));
    const copy = afripol.held.find(({ frame }) => frame === sent.id);
    expect(copy?.actions).toMatchObject([{ verb: 'suspend', id, until: end }]);
    expect(copy?.notices).toHaveLength(1);
    expect(copy?.delivery.items.map((item) => (item.action ? 'action' : 'notice'))).toEqual([
      'action',
      'notice',
    ]);
  });
});
