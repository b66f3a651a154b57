import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { parseNoticeId } from '../../../services/shared/kernel/ids.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { readDisclosure } from '../../../services/shared/trust/disclosure.js';
import { splitSdJwt } from '../../../services/shared/trust/sd-jwt.js';
import { deleteStream } from '../../support/streams/delete-stream.js';
import { OPEN, startHub } from '../../support/hub.js';
import { fillIn } from '../../support/hub-reads.js';
import { FORBIDS_JUDICIAL, WITHHOLDS_JUDICIAL } from '../../support/judicial-rules.js';
import type { Sent } from '../../support/played-gateway.js';
import { pullUpTo } from '../../support/streams/pull-up-to.js';
import { until } from '../../support/until.js';
import { send, suspendInterpol } from './alfa.js';

const section = 'judicial';
const IMPORT = 'interpol/import.cedar';

/** A hub with europol, which may unseal `judicial` to interpol, and the parts of an unseal that is kept back. */
async function startUnsealing() {
  const hub = await startHub({ orgs: ['europol', 'interpol'] });
  const router = await hub.start();
  await hub.open(router);
  const [europol, interpol] = await Promise.all([hub.gateway('europol'), hub.gateway('interpol')]);
  await europol.listen({ receipts: true });
  await hub.policy('europol/export.cedar', WITHHOLDS_JUDICIAL);
  const parked = () => hub.broker.count('CORE', 'PARKED_interpol');
  /** Publishes a notice, which interpol takes, and a request of interpol for a section of it. */
  const publish = async () => {
    const id = parseNoticeId(uuidv7());
    const text = await europol.issue({ id, number: Date.now() });
    const sent = await send(europol, [text]);
    await (await pullUpTo(interpol.bus, sent.id)).ackAck();
    const { jwt, disclosures } = splitSdJwt(text);
    const revision = digest(jwt);
    const asking = await interpol.request({ to: europol.org, id, revision, section, purpose: 'arrest' });
    const request = digest(asking.request ?? '');
    await interpol.send(await interpol.frame([asking]));
    await until('the request', () => router.store.asks.byDigest('interpol', request) !== undefined);
    const disclosure = disclosures.find((one) => readDisclosure(one).name === section) ?? '';
    const listed = [{ to: interpol.org, section, digest: revision, disclosure: digest(disclosure) }] as const;
    const unseal = await europol.act({ id, verb: 'unseal', listed, disclosures: [disclosure] });
    return { id, request, unseal, action: digest(unseal.action?.statement ?? '') };
  };
  /** Parks the unseal that answers a request of interpol, whose IN is full. */
  const parkUnseal = async () => {
    const published = await publish();
    const free = await fillIn(hub, 'interpol');
    const sent = await send(europol, [published.unseal]);
    await until('the unseal to be parked', async () => (await parked()) === 1);
    return { ...published, free, sent };
  };
  const narrowingsOn = ({ id }: Sent) =>
    europol.reports.filter(({ report }) => report.reason === 'narrowing' && report.frame === id);
  const narrowingOn = (sent: Sent) => until('the narrowing', () => narrowingsOn(sent)[0]);
  const statusOf = ({ id: frame }: Sent) =>
    router.store.deliveries.statusOf({ originator: 'europol', frame, recipient: 'interpol' });
  const isEmpty = () => until('PARKED to be empty', async () => (await parked()) === 0);
  const narrowings = { narrowingsOn, narrowingOn };
  return { hub, router, europol, interpol, publish, parkUnseal, ...narrowings, statusOf, isEmpty };
}

type Unsealing = Awaited<ReturnType<typeof startUnsealing>>;

describe('router: an unseal', () => {
  let unsealing: Unsealing;
  beforeAll(async () => {
    unsealing = await startUnsealing();
  });
  afterAll(() => unsealing.hub.close());
  beforeEach(() => unsealing.hub.policy(IMPORT, OPEN('interpol-import')));

  test('that is parked is not delivered after a withdrawal of its notice', async () => {
    const { europol, parkUnseal, narrowingOn, isEmpty } = unsealing;
    const { id, free, sent, action } = await parkUnseal();
    await send(europol, [await europol.act({ id, verb: 'withdraw', reason: 'issued-in-error' })]);
    await free();
    expect((await narrowingOn(sent)).report.unacts).toEqual([
      { type: 'unact', to: 'interpol', digest: action },
    ]);
    await isEmpty();
  });

  test('that is parked when its holder is suspended waits and stays owed, and is delivered when the suspension has ended', async () => {
    const { hub, router, europol, parkUnseal, narrowingsOn, statusOf, isEmpty } = unsealing;
    const { free, sent } = await parkUnseal();
    await suspendInterpol(hub, '2020-01-01T00:00:00Z');
    await free();
    await isEmpty();
    // Nothing of it leaves while the suspension lasts.
    await europol.sendAgain(sent);
    await until('the frame to be settled', async () => (await hub.broker.count('europol', 'OUT')) === 0);
    expect(router.store.actions.unansweredIn('europol', sent.id)).toEqual(['interpol']);
    await suspendInterpol(hub);
    await europol.sendAgain(sent);
    await until('the delivery', () => statusOf(sent) === 'delivered');
    expect(narrowingsOn(sent)).toEqual([]);
  });

  test('that is in the IN of its holder gets no narrowing when rules forbid it afterwards', async () => {
    const { hub, router, europol, publish, narrowingsOn, statusOf } = unsealing;
    const { unseal } = await publish();
    const sent = await send(europol, [unseal]);
    await until('the delivery', () => statusOf(sent) === 'delivered');
    await hub.policy(IMPORT, OPEN('interpol-import') + FORBIDS_JUDICIAL);
    await europol.sendAgain(sent);
    await until('the frame to be settled', async () => (await hub.broker.count('europol', 'OUT')) === 0);
    expect(narrowingsOn(sent)).toEqual([]);
    expect(router.store.actions.unansweredIn('europol', sent.id)).toEqual(['interpol']);
  });

  test('that is unread in the IN of its holder when that is suspended is taken back, and delivered when the suspension has ended', async () => {
    const { hub, router, europol, publish, narrowingsOn, statusOf } = unsealing;
    const { unseal } = await publish();
    const sent = await send(europol, [unseal]);
    await until('the delivery', () => statusOf(sent) === 'delivered');
    await suspendInterpol(hub, '2020-01-01T00:00:00Z');
    await until('the delivery to be taken back', () => statusOf(sent) === 'recorded');
    expect(router.store.actions.unansweredIn('europol', sent.id)).toEqual(['interpol']);
    await suspendInterpol(hub);
    await europol.sendAgain(sent);
    await until('the delivery', () => statusOf(sent) === 'delivered');
    expect(narrowingsOn(sent)).toEqual([]);
  });

  test('that was taken back from a suspended holder is kept back once rules forbid it, also where a withdrawal of its frame is in IN', async () => {
    const { hub, router, europol, interpol, publish, narrowingOn, statusOf } = unsealing;
    const { id: other } = await publish();
    const { unseal, action } = await publish();
    const withdraw = await europol.act({ id: other, verb: 'withdraw', reason: 'issued-in-error' });
    const sent = await send(europol, [withdraw, unseal]);
    await until('the delivery', () => statusOf(sent) === 'delivered');
    await suspendInterpol(hub, '2020-01-01T00:00:00Z');
    await until('the delivery to be taken back', () => statusOf(sent) === 'recorded');
    await until('the withdrawal alone', () => statusOf(sent) === 'delivered');
    await hub.policy(IMPORT, OPEN('interpol-import') + FORBIDS_JUDICIAL);
    await suspendInterpol(hub);
    await europol.sendAgain(sent);
    expect((await narrowingOn(sent)).report.unacts).toEqual([
      { type: 'unact', to: 'interpol', digest: action },
    ]);
    await (await pullUpTo(interpol.bus, sent.id)).ackAck();
    expect(router.store.actions.unansweredIn('europol', sent.id)).toEqual(['interpol']);
  });

  // The last test, because it stops the connection of interpol.
  test('that is parked is not delivered once rules forbid it: the originator gets a narrowing, no answer is owed, and the request can be declined', async () => {
    const { hub, router, europol, interpol, parkUnseal, narrowingOn, isEmpty } = unsealing;
    const { id, request, free, sent, action } = await parkUnseal();
    await hub.policy(IMPORT, OPEN('interpol-import') + FORBIDS_JUDICIAL);
    await free();
    expect((await narrowingOn(sent)).report.unacts).toEqual([
      { type: 'unact', to: 'interpol', digest: action },
    ]);
    await isEmpty();
    expect(router.store.actions.unansweredIn('europol', sent.id)).toEqual([]);
    // What a narrowing took away stays away.
    await hub.policy(IMPORT, OPEN('interpol-import'));
    await europol.sendAgain(sent);
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
    const { hub, europol, parkUnseal, narrowingOn } = await startUnsealing();
    onTestFinished(hub.close);
    const { free, sent, action } = await parkUnseal();
    await deleteStream(await hub.broker.connect('auditor'), 'LEDGER.auditor', 'PARKED_interpol');
    await hub.policy(IMPORT, OPEN('interpol-import') + FORBIDS_JUDICIAL);
    await free();
    await europol.sendAgain(sent);
    expect((await narrowingOn(sent)).report.unacts).toMatchObject([{ to: 'interpol', digest: action }]);
  });
});
