import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBell } from '../../../services/gateway/bell.js';
import { createSendPacing } from '../../../services/gateway/outbound/send-pacing.js';
import { createOutbox } from '../../../services/gateway/outbound/outbox.js';
import { openBrokerLink } from '../../../services/gateway/link.js';
import { startLoop } from '../../../services/gateway/loop.js';
import { createSender } from '../../../services/gateway/outbound/sender.js';
import { untraced } from '../../../services/gateway/tracing.js';
import {
  frameMessage,
  makeSubmission,
  signSubmission,
} from '../../../services/gateway/outbound/submission.js';
import { openPlace, type GatewayState } from '../../../services/gateway/open-state.js';
import type { NewOwn, OwnRow } from '../../../services/shared/store/gateway/gateway-own.js';
import { createLogger } from '../../../services/shared/runtime/logger.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { alarmsFor } from '../../support/alarms-for.js';
import { until } from '../../support/until.js';
import { craft } from '../craft.js';
import { example, SETTINGS } from '../start-gateway.js';

let broker: Broker;
let place: GatewayState;
const log = createLogger('gateway', 'silent');

beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol', 'interpol', 'gccpol'] });
  const org = parseOrgId('europol');
  const config = { home: broker.home, natsUrl: broker.url, org, settings: SETTINGS };
  place = await openPlace(config, { log, alarms: alarmsFor({ log }) });
});

afterAll(async () => {
  place?.identity.directory.stop();
  await place?.store.close();
  await broker?.close();
});

async function queue(...about: Parameters<typeof makeOwn>): Promise<NewOwn> {
  const own = await makeOwn(...about);
  await place.store.commit(() => place.store.own.insert(own));
  return own;
}

async function makeOwn(number: number, expiresAfter: string, listed: number | null = null): Promise<NewOwn> {
  const { identity } = place;
  const { notice, sdJwt } = await craft(broker, identity.directory.current(), { number, expiresAfter });
  const { id, digest, exp, header } = notice;
  const about = { id, revision: 1, number, kind: header.kind, digest, exp, at: Date.now(), listed };
  return { ...about, header: JSON.stringify(header), sdJwt };
}

test('gateway submission: a notice that ends while its frame is signed is in no frame; the others are sent', async () => {
  const { identity, store } = place;
  const short = await queue(1, 'P1D');
  const long = await queue(2, 'P30D');
  const making = makeSubmission(identity, store);
  const sweeping = store.commit(() => store.sweep(short.exp * 1000));
  await expect(making).rejects.toMatchObject({ code: 'notice-ended' });
  await sweeping;
  const frame = await makeSubmission(identity, store);
  expect(frame?.notices).toEqual([long.sdJwt]);
  expect(frame).toMatchObject({ number: 1 });
  const kept = store.frames.unsent();
  expect(kept && frameMessage(identity, kept).length).toBeGreaterThan(0);
  expect(store.own.find(short.id)).toMatchObject({ state: 'ended', frame: null });
});

test('gateway submission: another frame may take the number while a notice ends and its frame is signed', async () => {
  const { identity, store } = place;
  const kept = store.frames.unsent();
  await store.commit(() => store.frames.sent(kept?.number ?? 0, 0));
  const short = await queue(3, 'P1D');
  const other = await makeOwn(4, 'P30D');
  const alone = await signSubmission(identity, store, { notices: [other.sdJwt], items: [] });
  const making = makeSubmission(identity, store);
  const taking = store.commit(() => {
    store.sweep(short.exp * 1000);
    const { seq } = store.own.insert(other);
    store.frames.makeNext({ ...alone, owns: [seq] });
  });
  await expect(making).rejects.toMatchObject({ code: 'notice-ended' });
  await taking;
  expect(store.frames.unsent()).toMatchObject({ number: alone.number, notices: [other.sdJwt] });
});

test('gateway sender: a frame whose report is faster than the broker’s confirmation is sent once', async () => {
  const { identity, store } = place;
  await queue(9, 'P30D');
  const [log, resendMs] = [createLogger('gateway', 'silent'), SETTINGS.resendMs];
  const link = openBrokerLink({
    connect: () => broker.connect('gateway', 'europol'),
    onEvent: () => undefined,
    onUp: () => undefined,
  });
  const sent: number[] = [];
  const pacing = createSendPacing(() => undefined);
  const onSent = (frame: number): void => {
    sent.push(frame);
    pacing.sent(frame);
    pacing.reported(frame);
  };
  const step = createSender({
    identity,
    store,
    link,
    log,
    bell: createBell(),
    resendMs,
    tracing: untraced,
    pacing: { ...pacing, sent: onSent },
  });
  const sender = startLoop({ step, onError: () => undefined });
  const rest = () => [...store.frames.unframed(1), store.frames.unsent()];
  await until('all of them are marked', () => rest().every((left) => left === undefined));
  await sender.stop();
  await link.close();
  expect(sent).toEqual([...new Set(sent)]);
  expect(sent).not.toEqual([]);
});

/** The outbox of an organisation without a sender. */
async function openOutbox() {
  const org = parseOrgId('afripol');
  const away = await openPlace({ home: broker.home, org }, { log, alarms: alarmsFor({ log }) });
  const { identity, store } = away;
  const [idle, slow] = [{ is: true }, { until: Promise.resolve() }];
  const sign = async (...what: Parameters<typeof identity.noticeSigner.sign>): Promise<string> => {
    await slow.until;
    return identity.noticeSigner.sign(...what);
  };
  const outbox = createOutbox({
    identity: { ...identity, noticeSigner: { ...identity.noticeSigner, sign } },
    store,
    limit: 100,
    isIdle: () => idle.is,
    onAccepted: () => undefined,
    onQueued: () => undefined,
    onAmended: () => undefined,
    signing: { require: () => undefined },
  });
  const waiting = () => store.frames.unframed(64).length;
  const close = async (): Promise<void> => {
    identity.directory.stop();
    await store.close();
  };
  const submit = (key?: string) => outbox.submit(...asked(key));
  const submitTo = (lists: object) => {
    const draft = example('green');
    return outbox.submit({ ...draft, header: { ...draft.header, ...lists } });
  };
  return { ...away, outbox, idle, slow, waiting, close, submit, submitTo };
}

function asked(key?: string): Parameters<ReturnType<typeof createOutbox>['submit']> {
  const draft = example('green');
  return key === undefined ? [draft] : [draft, { idempotency: { caller: 'test', key, body: 'same' } }];
}

describe('gateway outbox: a notice', () => {
  test('is stored together with its frame when nothing is in flight and nothing waits', async () => {
    const { store, identity, idle, waiting, close, submit } = await openOutbox();
    idle.is = false;
    await submit();
    expect([waiting(), store.frames.unsent()]).toEqual([1, undefined]);
    idle.is = true;
    await submit();
    expect([waiting(), store.frames.unsent()]).toEqual([2, undefined]);
    const first = await makeSubmission(identity, store);
    expect(first).toMatchObject({ number: 1, notices: { length: 2 } });
    await submit();
    expect([waiting(), store.frames.unsent()?.number]).toEqual([1, 1]);
    await store.commit(() => store.frames.sent(1, 0));
    const second = await makeSubmission(identity, store);
    await store.commit(() => store.frames.sent(second?.number ?? 0, 0));
    await submit();
    expect([waiting(), store.frames.unsent()]).toMatchObject([0, { number: 3, notices: { length: 1 } }]);
    await store.commit(() => store.frames.sent(3, 0));
    await close();
  });

  test('shares a frame with others that arrive at the same moment', async () => {
    const { store, waiting, close, submit, identity } = await openOutbox();
    const first = submit();
    // Notice and frame are signed by then and not stored yet.
    for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
    await Promise.all([first, submit(), submit()]);
    expect([waiting(), store.frames.unsent()]).toEqual([3, undefined]);
    await makeSubmission(identity, store);
    await store.commit(() => store.frames.sent(4, 0));
    await close();
  });

  test('counts its addressees and the organisations it excludes as listed: the report names them', async () => {
    const { store, identity, idle, close, submitTo } = await openOutbox();
    idle.is = false;
    await submitTo({ addressees: ['interpol', 'europol'], excluded: ['gccpol'] });
    await submitTo({ excluded: ['gccpol'] });
    expect(store.frames.unframed(2).map(({ listed }) => listed)).toEqual([3, null]);
    await makeSubmission(identity, store);
    await store.commit(() => store.frames.sent(5, 0));
    await close();
  });

  test('that was stored while a repeated request was signed is in no frame with other bytes', async () => {
    const { slow, waiting, store, close, submit } = await openOutbox();
    let signed = (): void => {};
    slow.until = new Promise((resolve) => (signed = resolve));
    const again = submit('once');
    slow.until = Promise.resolve();
    const before = await submit('once');
    signed();
    expect((await again).id).toBe(before.id);
    expect([waiting(), store.frames.unsent()]).toEqual([1, undefined]);
    await close();
  });
});

test('gateway outbox: a submission whose number was taken meanwhile is not stored: its notice waits for the next frame', async () => {
  const { identity, store } = place;
  const taken = store.facts.number('frame');
  const { sdJwt } = await queue(10, 'P30D');
  const late = { ...(await signSubmission(identity, store, { notices: [sdJwt], items: [] })), number: taken };
  const [waiting] = store.frames.unframed(1);
  await store.commit(() => store.frames.makeNext({ ...late, owns: [waiting?.seq ?? 0] }));
  expect(store.frames.unframed(2)).toEqual([waiting]);
  const made = await makeSubmission(identity, store);
  await store.commit(() => store.frames.sent(made?.number ?? 0, 0));
});

test('gateway submission: a frame holds as many notices as its report has room for: few if each goes to many members, many if each goes to a few', async () => {
  const { identity, store } = place;
  const current = identity.directory.current();
  const members = Array.from({ length: 201 }, (_, index) => [parseOrgId(`member-${index}`), {}] as const);
  const directory = { ...current, organisations: new Map(members) } as unknown as typeof current;
  const many = { ...identity, directory: { ...identity.directory, current: () => directory } };
  for (let number = 11; number <= 14; number++) await queue(number, 'P30D', null);
  for (let number = 15; number <= 54; number++) await queue(number, 'P30D', 3);
  const sizes: (number | undefined)[] = [];
  for (let frame = await makeSubmission(many, store); frame; frame = await makeSubmission(many, store)) {
    sizes.push(frame.notices.length);
    const { number } = frame;
    await store.commit(() => store.frames.sent(number, 0));
  }
  expect(sizes).toEqual([1, 1, 1, 32, 9]);
});

test('gateway outbox: `onKept` is called in the commit that stores a notice, before a frame holds it, and not for a repeated request', async () => {
  const at = await openOutbox();
  const [draft, options] = asked('named');
  const named: unknown[] = [];
  const onKept = ({ id }: OwnRow): void => void named.push([id, at.store.own.find(id)?.frame]);
  const first = await at.outbox.submit(draft, { ...options, onKept });
  await at.outbox.submit(draft, { ...options, onKept });
  const next = await at.outbox.amend(first.id, draft, { onKept });
  expect(named).toEqual([
    [first.id, null],
    [next.id, null],
  ]);
  await at.close();
});
