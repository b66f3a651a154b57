import { lifeEndOf, suspendedUntil } from '../../shared/notice/registers.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { readLife } from './own-life.js';
import { viewItemFully } from './view-item.js';

interface ViewOwnLifeParams {
  readonly now: number;
  readonly originator: string;
}

/**
 * Shows the life of an own notice: its revisions, the actions on it with the answers of the holders, and how
 * it ended. Undefined for an unknown notice. `now` in milliseconds since 1970.
 */
export function viewOwnLife(store: GatewayStore, id: string, { now, originator }: ViewOwnLifeParams) {
  const life = readLife(store, id);
  if (life === undefined) return undefined;
  const { revisions, items, registers, end, newest } = life;
  const suspended = suspendedUntil(registers);
  return {
    originator,
    revisions: revisions.map(({ revision, number, state, code, at }) => ({
      revision,
      number,
      state,
      ...(code === null ? {} : { code }),
      submittedAt: instant(at),
    })),
    expiresAt: instant(lifeEndOf(registers) ?? newest.exp * 1000),
    ...(suspended !== null && suspended > now ? { suspendedUntil: instant(suspended) } : {}),
    ...(end && {
      ended: {
        ending: end.ending,
        at: instant(end.at),
        ...(end.reason === null ? {} : { reason: end.reason }),
      },
    }),
    actions: items.map((item) => viewItemFully(store, item)),
  };
}

const instant = (ms: number): string => new Date(ms).toISOString();
