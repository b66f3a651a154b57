import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { provedEnd } from '../../../services/gateway/holding/proved-end.js';
import { type NoticeId, parseNoticeId } from '../../../services/shared/kernel/ids.js';
import type { ShownEnd, ShownHeldStanding } from '../../../services/shared/wire/shown-standing.js';
import { openHub, send } from '../../router/actions/alfa.js';
import { type TwoOperators, twoOperators } from '../../router/actions/recall-by-two.js';
import { startHub, type TestHub } from '../../support/hub.js';
import type { PlayedGateway } from '../../support/played-gateway.js';

let hub: TestHub;
let europol: PlayedGateway;
let interpol: PlayedGateway;
let recall: TwoOperators['recall'];
beforeAll(async () => {
  hub = await startHub({ orgs: ['europol', 'interpol', 'afripol'] });
  ({ europol, interpol } = await openHub(hub, { receipts: true }));
  ({ recall } = await twoOperators(hub));
});
afterAll(() => hub?.close());

async function publish(): Promise<NoticeId> {
  const id = parseNoticeId(uuidv7());
  await send(europol, [await europol.issue({ id, number: hub.clock().getTime() })]);
  return id;
}

/** The end of a notice of europol, as the router shows it to this organisation. */
async function endShownTo(by: PlayedGateway, id: NoticeId): Promise<ShownEnd | null> {
  const { held } = await by.ask({ type: 'standing', held: [{ originator: 'europol', id }] });
  return (held as readonly ShownHeldStanding[])[0]?.end ?? null;
}

const judge = (id: NoticeId, end: ShownEnd | null, { org } = europol) =>
  provedEnd({ clock: hub.clock, directory: { current: hub.directory }, org }, id, end);

describe('the end of an own notice, after a restore', () => {
  test('is proved by the own signed withdrawal, and by nothing else that the hub can show', async () => {
    const [id, other] = [await publish(), await publish()];
    const until = Math.floor(hub.clock().getTime() / 1000) + 86_400;
    const suspend = await europol.act({ id, verb: 'suspend', reason: 'under-review', until });
    await send(europol, [await europol.act({ id, verb: 'withdraw', reason: 'basis-gone' })]);
    const end = await endShownTo(europol, id);
    if (end?.proof === undefined) throw new Error('no proof');
    expect(await judge(id, end)).toEqual({ ending: 'withdrawn', reason: 'basis-gone' });
    expect(await endShownTo(interpol, id)).not.toHaveProperty('proof');
    const theirs = await interpol.act({ id, verb: 'withdraw', reason: 'basis-gone' });
    const lies: readonly (ShownEnd | null)[] = [
      null,
      { verb: 'withdraw', number: end.number },
      { ...end, proof: [] },
      { ...end, proof: ['x'] },
      { ...end, proof: [theirs.action!.statement] },
      { ...end, verb: 'cancel' },
      { ...end, verb: 'cancel', proof: [...end.proof, ...end.proof] },
      { ...end, proof: [suspend.action!.statement] },
    ];
    for (const lie of lies) expect(await judge(id, lie)).toBeUndefined();
    expect(await judge(other, end)).toBeUndefined();
    expect(await judge(id, end, interpol)).toBeUndefined();
  });

  test('is proved by the two records of its recall, and not by one of them or by those of another notice', async () => {
    const [id, other] = [await publish(), await publish()];
    await recall(id);
    const end = await endShownTo(europol, id);
    const [proposal, record] = end?.proof ?? [];
    if (!end || proposal === undefined || record === undefined) throw new Error('no proof');
    expect(await judge(id, end)).toEqual({ ending: 'cancelled', reason: 'federation-rule' });
    for (const proof of [
      [],
      [record],
      [proposal, proposal],
      [record, record],
      [record, proposal],
      ['!', '!'],
    ])
      expect(await judge(id, { ...end, proof })).toBeUndefined();
    expect(await judge(other, end)).toBeUndefined();
    expect(await judge(id, end, interpol)).toBeUndefined();
  });
});
