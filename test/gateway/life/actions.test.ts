import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type OrgId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import type { VerifiedAction } from '../../../services/shared/ledger/action.js';
import { deliveryRoot } from '../../../services/shared/ledger/delivery/delivery-root.js';
import { type ReceiptAction, signReceipt } from '../../../services/shared/ledger/receipt/receipt.js';
import { GATEWAY_MIGRATIONS } from '../../../services/shared/store/gateway/gateway-schema.js';
import { openDatabase } from '../../../services/shared/store/sqlite.js';
import { readSigner } from '../../../services/shared/trust/keys.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { subjects } from '../../../services/shared/wire/subjects.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { bytesOnDisk } from '../craft.js';
import { type Hub, playHub } from '../play-hub.js';
import { example, type Json, startGateway, type Started } from '../start-gateway.js';

const [EUROPOL, AFRIPOL] = [parseOrgId('europol'), parseOrgId('afripol')];

let broker: Broker;
let gateway: Started;
let holder: Started;
let hub: Hub;
beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  gateway = await startGateway(broker, 'europol', { settings: { resendMs: 400 } });
  holder = await startGateway(broker, 'afripol');
  hub = await playHub(broker, gateway.identity.directory.current());
  await hub.serve('europol', 'afripol');
});
afterAll(async () => {
  await Promise.all([gateway?.stop(), holder?.stop(), hub?.stop()]);
  await broker?.close();
});
beforeEach(() => {
  hub.rule = ({ sections }) => sections;
  hub.refuse = () => undefined;
  hub.unnamed = () => [];
  hub.lose.clear();
});

const post = (path: string, body: unknown) => gateway.call('POST', path, { body });
const show = async (notice: string): Promise<Json> => (await gateway.call('GET', notice)).body;
const actionsOf = async (notice: string): Promise<readonly Json[]> =>
  ((await show(notice))['life'] as { readonly actions: readonly Json[] }).actions;

/** Submits a notice and waits until the holder has it; returns its path. */
async function submit(canary = 'x'): Promise<string> {
  const { header, sections } = example('red');
  const threat = { ...Object(sections['threat']), description: canary };
  const { body } = await post('/v1/notices', { header, sections: { ...sections, threat } });
  const notice = `/v1/notices/${String(body['id'])}`;
  await until('it is settled', async () => (await show(notice))['state'] === 'settled');
  return notice;
}

const acted = (verb: string, notice: string): Promise<VerifiedAction> =>
  until(`a ${verb}`, () => hub.acted.findLast((one) => one.verb === verb && notice.endsWith(one.id)));

/** The frame that brought this action to the hub. */
function frameOf({ digest }: VerifiedAction) {
  const found = hub.seen.find(({ frame }) =>
    gateway.store.frames.byId(frame)?.items.some((item) => item === digest),
  );
  if (found === undefined) throw new Error('no frame');
  return { frame: found.frame, submission: frames.submission.decode(found.message.submission) };
}

/** Sends the holder's answer to an action, signed as by its gateway. */
async function answer(
  action: VerifiedAction,
  said: Pick<ReceiptAction, 'type' | 'before' | 'after'>,
): Promise<void> {
  const { frame } = frameOf(action);
  const report = hub.reports.get(frame);
  if (report === undefined) throw new Error('no report');
  const signer = await readSigner(broker.home.org(AFRIPOL, 'receipt.jwk'));
  const statement = await signReceipt(
    {
      recipient: AFRIPOL,
      federation: hub.directory.federation,
      originator: EUROPOL,
      delivery: frame,
      records: [report.digest],
      ...deliveryRoot(new Uint8Array(), []),
      except: [],
      actions: [{ digest: action.digest, id: action.id, ...said }],
    },
    { signer, now: new Date() },
  );
  const bytes = frames.receiptForward.encode({ receipts: [{ statement }], changes: [] });
  await hub.publish('europol', subjects.receipt(AFRIPOL, frame), bytes);
}

const BEFORE = 'A'.repeat(43);

describe('gateway: an own action', () => {
  test('that ends a notice has a frame of its own, and is settled once every holder has signed its answer', async () => {
    const canary = `canary-${Math.random()}`;
    const notice = await submit(canary);
    await post(`${notice}/withdraw`, { reason: 'issued-in-error' });
    await until('it is erased', () => !bytesOnDisk(broker, 'europol').includes(canary));
    const action = await acted('withdraw', notice);
    expect(frameOf(action).submission.items).toHaveLength(1);
    await until('it is routed', async () => (await actionsOf(notice))[0]?.['state'] === 'routed');
    expect((await actionsOf(notice))[0]).toMatchObject({ answers: [], owed: [{ org: 'afripol' }] });
    await answer(action, { type: 'destroyed', before: BEFORE, after: null });
    await until('it is settled', async () => (await actionsOf(notice))[0]?.['state'] === 'settled');
    expect((await actionsOf(notice))[0]).toMatchObject({
      owed: [],
      answers: [{ org: 'afripol', type: 'destroyed', before: BEFORE, after: null, verified: true }],
    });
  });

  test('of scope `listed` shows a holder its own leaf only', async () => {
    const notice = await submit();
    await post(`${notice}/restrict`, { reason: 'by-originator', sections: ['threat'] });
    const action = await acted('restrict', notice);
    expect(action.listed).toEqual([{ to: 'afripol', sections: ['threat'] }]);
    const [item] = frameOf(action).submission.items;
    expect(item?.action?.leaves).toHaveLength(8);
    expect(item?.action?.leaves.filter(({ leaf }) => leaf)).toHaveLength(1);
  });

  test('that is refused as superseded is signed anew under a higher number', async () => {
    const notice = await submit();
    const numbers: number[] = [];
    hub.refuse = ({ number }) => (numbers.push(number) === 1 ? { code: 'superseded' } : undefined);
    await post(`${notice}/suspend`, {
      reason: 'under-review',
      until: new Date(Date.now() + 86_400_000).toISOString(),
    });
    const action = await acted('suspend', notice);
    expect(numbers).toEqual([expect.any(Number), action.number]);
    expect(action.number).toBeGreaterThan(numbers[0] ?? 0);
    expect(await actionsOf(notice)).toMatchObject([{ verb: 'suspend', derived: false }]);
  });

  test('that is refused as superseded after a later order of the same kind is given up, because signed again it would undo that order', async () => {
    const notice = await submit();
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    await post(`${notice}/suspend`, { reason: 'under-review', until: tomorrow });
    await acted('suspend', notice);
    const numbers = new Set<number>();
    hub.refuse = ({ verb, number }) => {
      if (verb === 'resume') numbers.add(number);
      return verb === 'resume' ? { code: 'superseded' } : undefined;
    };
    // The gateway learns of the refusal after the second suspension.
    hub.lose.add('report');
    await post(`${notice}/resume`, {});
    await until('the resume to reach the hub', () => numbers.size === 1);
    await post(`${notice}/suspend`, { reason: 'basis-in-doubt', until: tomorrow });
    hub.lose.clear();
    const resume = async () => (await actionsOf(notice)).find(({ verb }) => verb === 'resume');
    await until('the resume to be given up', async () => (await resume())?.['state'] === 'ended');
    expect(numbers.size).toBe(1);
    expect(await show(notice)).toMatchObject({ life: { suspendedUntil: expect.any(String) } });
  });

  test('that restricts all holders is followed by a second one for a holder that only the hub knows', async () => {
    const notice = await submit();
    const named: OrgId[] = [];
    hub.unnamed = ({ listed }) => (named.push(...listed.map(({ to }) => to)) === 1 ? [AFRIPOL] : []);
    await post(`${notice}/restrict`, { reason: 'by-originator' });
    await until('a second one', async () => (await actionsOf(notice)).length === 2);
    expect(await actionsOf(notice)).toMatchObject([{ derived: false }, { derived: true }]);
  });
});

describe('gateway: a revision that a holder may not have', () => {
  test('is followed by a restriction that the gateway derives itself', async () => {
    const notice = await submit();
    hub.rule = () => undefined;
    await post(`${notice}/revisions`, example('red'));
    const action = await acted('restrict', notice);
    expect(action).toMatchObject({ reason: 'no-longer-shared', listed: [{ to: 'afripol' }] });
    const { number } = await show(notice);
    expect(action.number).toBeGreaterThan(Number(number));
    expect(await actionsOf(notice)).toMatchObject([{ verb: 'restrict', derived: true }]);
  });

  test('has its restriction derived at the next start, after a crash between report and signature', async () => {
    const notice = await submit();
    hub.rule = () => undefined;
    const { store } = gateway;
    const id = notice.split('/').at(-1) ?? '';
    await post(`${notice}/revisions`, example('red'));
    await acted('restrict', notice);
    // The database as a crash would leave it before the restriction is stored.
    const [restriction] = store.items.of('', id);
    const { stop } = gateway;
    await stop();
    dropItem(restriction?.seq ?? 0);
    gateway = await startGateway(broker, 'europol', { settings: { resendMs: 400 } });
    await until('it is derived again', async () => (await actionsOf(notice)).length === 1);
    expect(await actionsOf(notice)).toMatchObject([
      { verb: 'restrict', reason: 'no-longer-shared', derived: true },
    ]);
  });

  test('excludes a holder that was barred by its originator, except where the draft names it: there the hub keeps it out', async () => {
    const notice = await submit();
    await post(`${notice}/restrict`, { reason: 'by-originator', holders: [{ org: 'afripol' }] });
    await acted('restrict', notice);
    const excluded: unknown[] = [];
    hub.rule = ({ routing }) => (excluded.push(routing.excluded), undefined);
    await post(`${notice}/revisions`, example('red'));
    await until('a revision', () => excluded.length > 0);
    expect(excluded[0]).toEqual(['afripol']);
    const { header, sections } = example('red');
    await post(`${notice}/revisions`, { header: { ...header, addressees: ['afripol'] }, sections });
    await until('a revision that names it', () => excluded.length > 1);
    expect(excluded[1]).toEqual([]);
  });
});

/** Deletes an own item and what was sent of it from the database of a gateway that does not run. */
function dropItem(seq: number): void {
  const db = openDatabase(broker.home.org(EUROPOL, 'gateway.db'), GATEWAY_MIGRATIONS);
  db.exec(`DELETE FROM own_item WHERE seq = ${seq}; DELETE FROM item_waiting WHERE item = ${seq}`);
  db.close();
}
