import type { ShownLife } from '../../services/simulator/gateway-http.js';
import type { Json, Started } from '../gateway/start-gateway.js';

/** Counts the pairs of a notice and a recipient that lost it by its end or by a restriction of the whole notice. */
export async function pairsThatEnded(gateways: readonly Started[]): Promise<number> {
  const counts = gateways.map(async ({ call }) => {
    const { items } = (await call('GET', '/v1/notices?limit=100')).body as {
      readonly items: readonly Json[];
    };
    const pairs = items.map(async ({ id }) => {
      const { life, recipients } = (await call('GET', `/v1/notices/${String(id)}`)).body as unknown as Ended;
      const barred = life.actions
        .filter(({ verb, state }) => verb === 'restrict' && ['routed', 'settled'].includes(state))
        .flatMap(({ holders = [] }) => holders.filter(({ sections }) => sections === undefined))
        .map(({ org }) => org);
      const given = recipients.filter(({ outcome }) => outcome !== 'denied');
      return given.filter(({ org }) => life.ended !== undefined || barred.includes(org)).length;
    });
    return (await Promise.all(pairs)).reduce((sum, count) => sum + count, 0);
  });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

/** What is read of an own notice. */
interface Ended {
  readonly life: ShownLife;
  readonly recipients: readonly { readonly org: string; readonly outcome: string }[];
}
