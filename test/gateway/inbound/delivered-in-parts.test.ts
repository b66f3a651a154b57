import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import type { ActionContent } from '../../../services/shared/ledger/action.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { claimsIn } from '../../../services/shared/trust/token-claims.js';
import type { Action } from '../../../services/shared/wire/frames.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { craft, someFrame } from '../craft.js';
import { act, handOver, reportOf } from '../holding/hand-over-actions.js';
import { type Hub, playHub } from '../play-hub.js';
import { startGateway, type Started } from '../start-gateway.js';

const afripol = parseOrgId('afripol');
const now = (): Date => new Date();
let broker: Broker;
let hub: Hub;
let gateway: Started;

beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  gateway = await startGateway(broker, 'afripol', { clock: now });
  hub = await playHub(broker, gateway.identity.directory.current(), now);
  await hub.serve('afripol');
});
afterAll(async () => {
  await Promise.all([gateway?.stop(), hub?.stop()]);
  await broker?.close();
});

interface Said {
  readonly delivery: string;
  readonly actions: readonly { readonly digest: string }[];
}

describe('gateway: actions of one frame that arrive in several deliveries', () => {
  test('are each carried out and answered, and a part that arrives again gets a stored receipt again', async () => {
    let number = Date.now();
    const gift = await craft(broker, hub.directory, { number });
    const { id } = gift.notice;
    const expiresAt = Math.floor(Date.now() / 1000) + 60 * 86_400;
    const suspendedUntil = Math.floor(Date.now() / 1000) + 3_600;
    const order = (content: Omit<ActionContent, 'id' | 'number'>) =>
      act({ broker, hub, now }, { id, number: (number += 1), ...content });
    const suspension = await order({ verb: 'suspend', reason: 'under-review', until: suspendedUntil });
    const extension = await order({ verb: 'extend', reason: 'still-needed', expiresAt });
    await handOver({ hub, now }, { to: afripol, actions: [], gifts: [gift] });
    await until('the notice', () => hub.receipts.length === 1);
    const both = { to: afripol, actions: [suspension, extension], frame: someFrame() };
    const record = await reportOf({ hub, now }, both);
    const receipts = () =>
      hub.receipts
        .flatMap(({ message }) => message.receipts)
        .map(({ statement }) => claimsIn(statement) as Said)
        .filter(({ delivery }) => delivery === both.frame);
    const deliver = async (actions: readonly Action[]): Promise<void> => {
      const before = receipts().length;
      await handOver({ hub, now }, { ...both, record, actions });
      await until('a receipt', () => receipts().length > before);
    };
    for (const actions of [[suspension], both.actions, [suspension], both.actions]) await deliver(actions);
    const answered = new Set(receipts().map((receipt) => receipt.actions.map((one) => one.digest).join()));
    const [bar, extended] = [suspension, extension].map(({ statement }) => digest(statement));
    expect([...answered]).toEqual([bar, `${bar},${extended}`]);
    expect(gateway.store.inbox.deliveries('europol', both.frame)).toHaveLength(2);
    const { body } = await gateway.call('GET', `/v1/inbox/europol/${id}/life`);
    expect(body).toMatchObject({ expiresAt: new Date(expiresAt * 1000).toISOString() });
  });
});
