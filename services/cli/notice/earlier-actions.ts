import type { GatewayClient } from '../http-client.js';
import type { ShownOrder } from './life-table.js';
import type { ShownNotice } from './notice-table.js';

const PAGE = 200;

/** Adds the earlier actions to a notice; the gateway of its originator shows it with the newest ones only. */
export async function withEarlierActions(
  notice: ShownNotice,
  gateway: Pick<GatewayClient, 'get'>,
): Promise<ShownNotice> {
  const { life } = notice;
  if (life === undefined) return notice;
  const earlier: ShownOrder[] = [];
  for (let before = life.earlierActions; before !== null; ) {
    const page = (await gateway.get(`/v1/notices/${notice.id}/actions?before=${before}&limit=${PAGE}`)) as {
      readonly items: readonly ShownOrder[];
      readonly next: number | null;
    };
    earlier.push(...page.items);
    before = page.next;
  }
  return {
    ...notice,
    life: { ...life, actions: [...earlier.toReversed(), ...life.actions], earlierActions: null },
  };
}
