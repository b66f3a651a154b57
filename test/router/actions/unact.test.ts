import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseNoticeId } from '../../../services/shared/kernel/ids.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { readDisclosure } from '../../../services/shared/trust/disclosure.js';
import { splitSdJwt } from '../../../services/shared/trust/sd-jwt.js';
import { deleteStream } from '../../support/delete-stream.js';
import { OPEN, startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import { fillIn } from '../../support/hub-reads.js';
import { FORBIDS_JUDICIAL, WITHHOLDS_JUDICIAL } from '../../support/judicial-rules.js';
import type { PlayedGateway, Sent } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';
import { send } from './alfa.js';

const section = 'judicial';
const IMPORT = 'interpol/import.cedar';

describe('router: a parked unseal', () => {
  let hub: TestHub;
  let router: TestRouter;
  let europol: PlayedGateway;
  let interpol: PlayedGateway;
  beforeAll(async () => {
    hub = await startHub({ orgs: ['europol', 'interpol'] });
    router = await hub.start();
    await hub.open(router);
    [europol, interpol] = await Promise.all([hub.gateway('europol'), hub.gateway('interpol')]);
    await europol.listen({ receipts: true });
    await hub.policy('europol/export.cedar', WITHHOLDS_JUDICIAL);
  });
  afterAll(() => hub.close());
  beforeEach(() => hub.policy(IMPORT, OPEN('interpol-import')));

  const parked = () => hub.broker.count('CORE', 'PARKED_interpol');
  /** Parks the unseal that answers a request of interpol, whose IN is full. */
  const parkUnseal = async () => {
    const id = parseNoticeId(uuidv7());
    const text = await europol.issue({ id, number: Date.now() });
    await send(europol, [text]);
    const { jwt, disclosures } = splitSdJwt(text);
    const revision = digest(jwt);
    const asking = await interpol.request({ to: europol.org, id, revision, section, purpose: 'arrest' });
    const request = digest(asking.request ?? '');
    await interpol.send(await interpol.frame([asking]));
    await until('the request', () => router.store.asks.byDigest('interpol', request) !== undefined);
    const free = await fillIn(hub, 'interpol');
    const disclosure = disclosures.find((one) => readDisclosure(one).name === section) ?? '';
    const listed = [{ to: interpol.org, section, digest: revision, disclosure: digest(disclosure) }] as const;
    const unseal = await europol.act({ id, verb: 'unseal', listed, disclosures: [disclosure] });
    const sent = await send(europol, [unseal]);
    await until('the unseal to be parked', async () => (await parked()) === 1);
    return { id, request, free, sent, action: digest(unseal.action?.statement ?? '') };
  };
  const narrowingOn = ({ id }: Sent) =>
    until('the narrowing', () =>
      europol.reports.find(({ report }) => report.reason === 'narrowing' && report.frame === id),
    );

  test('is not delivered after a withdrawal of its notice', async () => {
    const { id, free, sent, action } = await parkUnseal();
    await send(europol, [await europol.act({ id, verb: 'withdraw', reason: 'issued-in-error' })]);
    await free();
    expect((await narrowingOn(sent)).report.unacts).toEqual([
      { type: 'unact', to: 'interpol', digest: action },
    ]);
    await until('PARKED to be empty', async () => (await parked()) === 0);
  });

  test('is not delivered once rules forbid it: the originator gets a narrowing, no answer is owed, and the request can be declined', async () => {
    const { id, request, free, sent, action } = await parkUnseal();
    await hub.policy(IMPORT, OPEN('interpol-import') + FORBIDS_JUDICIAL);
    await free();
    expect((await narrowingOn(sent)).report.unacts).toEqual([
      { type: 'unact', to: 'interpol', digest: action },
    ]);
    await until('PARKED to be empty', async () => (await parked()) === 0);
    expect(router.store.actions.unansweredIn('europol', sent.id)).toEqual([]);
    // What a narrowing took away stays away.
    await hub.policy(IMPORT, OPEN('interpol-import'));
    await europol.send(sent);
    const listed = [{ to: interpol.org, request }] as const;
    const reason = 'not-permitted';
    const declined = await send(europol, [await europol.act({ id, verb: 'decline', reason, listed })]);
    expect((await europol.reportOn(declined)).refusals).toEqual([]);
    await interpol.listen({ receipts: true });
    await until('the decline', () => interpol.held.some(({ frame }) => frame === declined.id));
    expect(interpol.held.filter(({ frame }) => frame === sent.id)).toEqual([]);
    await interpol.stop();
  });
});

describe('router: an unseal that rules forbid before its frame is offered again', () => {
  test('is narrowed on the ledger, and reported with the routing report', async () => {
    await using hub = await startHub({ orgs: ['europol', 'interpol'] });
    await hub.open(await hub.start());
    const [europol, interpol] = await Promise.all([hub.gateway('europol'), hub.gateway('interpol')]);
    await europol.listen();
    await hub.policy('europol/export.cedar', WITHHOLDS_JUDICIAL);
    const id = parseNoticeId(uuidv7());
    const text = await europol.issue({ id, number: Date.now() });
    await send(europol, [text]);
    const free = await fillIn(hub, 'interpol');
    const { jwt, disclosures } = splitSdJwt(text);
    const disclosure = disclosures.find((one) => readDisclosure(one).name === section) ?? '';
    const listed = [
      { to: interpol.org, section, digest: digest(jwt), disclosure: digest(disclosure) },
    ] as const;
    const unseal = await europol.act({ id, verb: 'unseal', listed, disclosures: [disclosure] });
    const sent = await send(europol, [unseal]);
    await deleteStream(await hub.broker.connect('auditor'), 'LEDGER.auditor', 'PARKED_interpol');
    await hub.policy(IMPORT, OPEN('interpol-import') + FORBIDS_JUDICIAL);
    await free();
    await europol.send(sent);
    const { report } = await until('the narrowing', () =>
      europol.reports.find((one) => one.report.reason === 'narrowing' && one.report.frame === sent.id),
    );
    expect(report.unacts).toMatchObject([{ to: 'interpol', digest: digest(unseal.action?.statement ?? '') }]);
  });
});
