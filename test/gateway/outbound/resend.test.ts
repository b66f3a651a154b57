import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase } from '../../../services/shared/store/sqlite.js';
import { GATEWAY_MIGRATIONS } from '../../../services/shared/store/gateway/gateway-schema.js';
import { parseFrameId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import type { ReportPart } from '../../../services/shared/ledger/record-parts.js';
import { signReport } from '../../../services/shared/ledger/record-sign.js';
import { attributesOf } from '../../../services/shared/notice/attributes.js';
import { hexDigest } from '../../../services/shared/trust/digest.js';
import { openSubmission } from '../../../services/shared/trust/open-notice.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { noticesIn } from '../../../services/shared/wire/items.js';
import { subjects } from '../../../services/shared/wire/subjects.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { type Hub, playHub } from '../play-hub.js';
import { example, type Json, startGateway, type Started } from '../start-gateway.js';
import { noDisclosures } from '../../support/no-disclosures.js';

let broker: Broker;
let hub: Hub;
let europol: Started;
let afripol: Started;
const settings = { resendMs: 300, previewMs: 2_000 };

beforeEach(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  [europol, afripol] = await Promise.all([
    startGateway(broker, 'europol', { settings }),
    startGateway(broker, 'afripol', { settings }),
  ]);
  hub = await playHub(broker, europol.identity.directory.current());
});

afterEach(async () => {
  await Promise.all([europol?.stop(), afripol?.stop(), hub?.stop()]);
  await broker?.close();
});

const submit = async (): Promise<string> =>
  String((await europol.call('POST', '/v1/notices', { body: example('red') })).body['id']);
const stateOf = async (id: string): Promise<unknown> =>
  (await europol.call('GET', `/v1/notices/${id}`)).body['state'];
const settled = (id: string) => until('it is settled', async () => (await stateOf(id)) === 'settled');
const heldBy = async (at: Started): Promise<readonly Json[]> =>
  (await at.call('GET', '/v1/inbox?limit=200')).body['items'] as Json[];

/** Makes the hub answer every status query with this. */
const say = (recorded: boolean, status?: string) => {
  const asked: string[] = [];
  hub.answer = ({ type, jtis }) => {
    if (type !== 'status') return undefined;
    asked.push(...(jtis as string[]));
    const recipients = status === undefined ? {} : { afripol: status };
    return { type: 'status', notices: (jtis as string[]).map((jti) => ({ jti, recorded, recipients })) };
  };
  return asked;
};

/** A notice that the hub does not deliver, with a hub that is silent or answers with this; returns the number of queries. */
async function submitUnanswered(answer?: Json): Promise<() => number> {
  let asked = 0;
  hub.lose.add('delivery');
  hub.answer = ({ type }) => {
    if (type === 'status') asked += 1;
    return answer;
  };
  await hub.serve('europol', 'afripol');
  await submit();
  return () => asked;
}

describe('gateway resend: a frame that does not settle', () => {
  test('is asked about and sent again as the same frame, with the report', async () => {
    hub.lose.add('delivery');
    const asked = say(true, 'delivered');
    await hub.serve('europol', 'afripol');
    const id = await submit();
    // An offer before the report arrived has none.
    const again = await until('it is seen again with the report', () =>
      hub.seen.slice(1).find(({ message }) => message.report),
    );
    const [first] = hub.seen;
    expect(again.frame).toBe(first?.frame);
    expect(Buffer.compare(first?.message.submission ?? Buffer.of(), again.message.submission)).toBe(0);
    expect(first?.message.report ?? null).toBeNull();
    expect(asked.map((jti) => jti.split('.')[0])).toContain(id);
    hub.lose.clear();
    await settled(id);
    expect(await heldBy(afripol)).toHaveLength(1);
  });

  test('is sent again with the narrowings that the hub reported', async () => {
    hub.lose.add('delivery');
    say(true, 'delivered');
    await hub.serve('europol', 'afripol');
    const id = await submit();
    await until('it is seen again with the report', () => hub.seen.some(({ message }) => message.report));
    const { frame, message } = hub.seen[0]!;
    const notices = noticesIn(frames.submission.decode(message.submission));
    const { bytes } = await signReport(
      {
        reason: 'narrowing',
        org: parseOrgId('europol'),
        frame,
        directory: hub.directory.version,
        members: [...hub.directory.organisations.keys()],
        policies: {},
        submission: null,
        parts: narrowingParts(await openedOf(notices)),
        disclosedOf: noDisclosures,
      },
      { signer: hub.signer, federation: hub.directory.federation, now: new Date() },
    );
    await hub.publish('europol', subjects.report(parseFrameId(hexDigest(bytes))), bytes);
    await until('it is seen with the narrowing', () =>
      hub.seen.some(({ message: { narrowings } }) => narrowings?.length === 1),
    );
    const brought = hub.seen.find(({ message: { narrowings } }) => narrowings?.length === 1);
    expect(Buffer.from(frames.record.encode(brought!.message.narrowings![0]!))).toEqual(Buffer.from(bytes));
    expect(await stateOf(id)).toBe('routed');
  });

  test('without a report is sent again without one', async () => {
    hub.lose.add('delivery').add('report');
    say(false);
    await hub.serve('europol', 'afripol');
    const id = await submit();
    await until('it is seen again', () => hub.seen.length >= 2);
    expect(hub.seen[1]?.message.report ?? null).toBeNull();
    hub.lose.clear();
    await settled(id);
  });

  test('is not sent again while every missing delivery is parked, and is shown as parked', async () => {
    hub.lose.add('delivery');
    await hub.serve('europol', 'afripol');
    const id = await submit();
    await until('its report', async () => (await stateOf(id)) === 'routed');
    const asked = say(true, 'parked');
    await until('it was asked about twice', () => asked.length >= 2);
    expect(hub.seen).toHaveLength(1);
    const { body } = await europol.call('GET', `/v1/notices/${id}`);
    expect(body['recipients']).toMatchObject([{ org: 'afripol', outcome: 'parked', receipt: null }]);
  });

  test('is not sent again while the hub answers no query', async () => {
    const asked = await submitUnanswered();
    await until('it was asked about', () => asked() >= 1);
    expect(hub.seen).toHaveLength(1);
  });

  test('is asked about again after the first wait while the hub is silent: an outage does not count as a try', {
    tags: ['long'],
  }, async () => {
    hub.lose.add('report');
    const asked = await submitUnanswered();
    await until('it was asked about four times in vain', () => asked() >= 5);
    expect(europol.store.frames.due(Number.MAX_SAFE_INTEGER, 1)).toMatchObject([{ tries: 0 }]);
    // The wait grows with the silence and is stored each time.
    expect(await europol.metrics()).not.toMatch(/gateway_trouble_total.*internal.*\} [1-9]/);
  });

  test('is asked about again in time when the hub answers `rate-limited`', async () => {
    const asked = await submitUnanswered({ type: 'error', code: 'rate-limited' });
    await until('it was asked about three times', () => asked() >= 3);
    expect(await europol.metrics()).not.toMatch(/gateway_trouble_total.*rate-limited.*\} [1-9]/);
    expect(europol.store.frames.due(Number.MAX_SAFE_INTEGER, 1)).toMatchObject([{ tries: 0 }]);
  });

  test('is asked about although the clock was set back', async () => {
    let skew = 7_200_000;
    const clock = (): Date => new Date(Date.now() + skew);
    await Promise.all([europol.stop(), hub.stop()]);
    europol = await startGateway(broker, 'europol', { clock, settings: { ...settings, resendMs: 20_000 } });
    hub = await playHub(broker, europol.identity.directory.current(), clock);
    hub.lose.add('delivery');
    const asked = say(true, 'delivered');
    await hub.serve('europol', 'afripol');
    const id = await submit();
    await until('the report is here', async () => (await stateOf(id)) === 'routed');
    expect(asked).toEqual([]);
    skew = 0;
    await until('it was asked about', () => asked.length > 0);
  });

  test('starts its tries anew when the broker is back, as messages may be lost', async () => {
    const asked = say(true, 'parked');
    hub.lose.add('delivery');
    await hub.serve('europol', 'afripol');
    await submit();
    const tries = (): number => europol.store.frames.due(Number.MAX_SAFE_INTEGER, 1)[0]?.tries ?? 0;
    await until('two turns', () => asked.length >= 2 && tries() >= 2);
    hub.answer = () => undefined;
    await broker.stop('SIGKILL');
    await broker.start();
    await until('it begins anew', () => tries() === 0);
  });

  test('whose receipts were lost gets them again, the same ones', async () => {
    hub.lose.add('forward');
    say(true, 'receipted');
    await hub.serve('europol', 'afripol');
    const id = await submit();
    await until('it was receipted twice', () => hub.receipts.length >= 2);
    const texts = hub.receipts.map(({ message }) => message.receipts[0]?.statement);
    expect(new Set(texts).size).toBe(1);
    hub.lose.clear();
    await settled(id);
  });
});

const openedOf = (notices: readonly string[]) =>
  Promise.all(
    notices.map((text) =>
      openSubmission(text, { directory: hub.directory, originator: parseOrgId('europol'), now: new Date() }),
    ),
  );

/** Withholds one section more from afripol. */
function narrowingParts(opened: Awaited<ReturnType<typeof openedOf>>): readonly ReportPart[] {
  return opened.flatMap(({ jti, digest, number, exp, header, routing, sections }): ReportPart[] => {
    const [withheld, ...left] = sections;
    const attributes = attributesOf(header, routing);
    const rest = { withheld: [withheld!], advertised: [], obligations: [], rules: [] };
    return [
      { type: 'notice', jti, digest, number, exp, attributes, sections },
      { type: 'decision', jti, to: parseOrgId('afripol'), outcome: 'redacted', sections: left, ...rest },
    ];
  });
}

describe('gateway: report and receipts', () => {
  test('settle a notice in either order', async () => {
    hub.lose.add('report');
    say(true, 'receipted');
    await hub.serve('europol', 'afripol');
    const id = await submit();
    await until('the receipt waits for the report', async () =>
      /trouble_total\{code="not-ready"\} [1-9]/.test(await europol.metrics()),
    );
    const { seq = 0 } = europol.store.own.find(id) ?? {};
    expect([await stateOf(id), europol.store.settlement.receiptsOf(seq)]).toEqual(['queued', []]);
    hub.lose.clear();
    await settled(id);
  });

  test('settle a notice without recipients by the report alone', async () => {
    hub.rule = () => undefined;
    await hub.serve('europol', 'afripol');
    await settled(await submit());
  });
});

/** Waits until the broker has confirmed a frame; questions about it may follow in the same stream. */
const untilSent = (): Promise<unknown> =>
  until('it is in the broker', () => europol.store.frames.due(Number.MAX_SAFE_INTEGER, 1).length === 1);

describe('gateway: a crash', () => {
  test('between the confirmation of a frame and its mark sends it again, and it is held once', async () => {
    const id = await submit();
    await untilSent();
    await europol.stop();
    // The state of the disk when the process dies after the broker's confirmation.
    const path = broker.home.org(europol.identity.org, 'gateway.db');
    const db = openDatabase(path, GATEWAY_MIGRATIONS);
    db.exec("UPDATE frame SET state = 'made', due = 0");
    db.close();
    europol = await startGateway(broker, 'europol', { settings: { resendMs: 60_000 } });
    await hub.serve('europol', 'afripol');
    await settled(id);
    expect(new Set(hub.seen.map(({ frame }) => frame)).size).toBe(1);
    expect(await heldBy(afripol)).toHaveLength(1);
  });

  test('before the broker is reached loses no notice', async () => {
    await europol.stop();
    europol = await startGateway(broker, 'europol', { offline: true });
    const ids = await Promise.all([submit(), submit(), submit()]);
    await europol.stop();
    europol = await startGateway(broker, 'europol');
    await hub.serve('europol', 'afripol');
    for (const id of ids) await settled(id);
    expect(await heldBy(afripol)).toHaveLength(3);
  });

  test('of the broker that loses its disk loses no notice: gateways and hub reconcile', async () => {
    const id = await submit();
    await untilSent();
    await hub.stop();
    await broker.stop('SIGKILL');
    broker.eraseData();
    await broker.start();
    await until('the loss is seen', () => europol.gateway.reasons().includes('stream-missing'));
    await broker.provision({ afterLoss: true });
    hub = await playHub(broker, europol.identity.directory.current());
    say(false);
    await hub.serve('europol', 'afripol');
    await settled(id);
    expect(await heldBy(afripol)).toHaveLength(1);
    const submission = frames.submission.decode(hub.seen[0]?.message.submission ?? Buffer.of());
    expect(submission.items).toHaveLength(1);
    await until('it is ready again', () => europol.gateway.reasons().length === 0);
  });
});
