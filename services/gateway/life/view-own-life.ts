import { lifeEndOf, suspendedUntil } from '../../shared/notice/registers.js';
import { dueWarnings } from '../../shared/notice/warnings.js';
import type { OwnRow } from '../../shared/store/gateway/gateway-own.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import type { Identity, Members } from '../identity.js';
import { readLife } from './own-life.js';
import { pageOfItems } from './page-of-items.js';
import { viewItemFully } from './view-item.js';
import { viewRestrictions } from './view-restrictions.js';

/** Maximum actions in the view of a life; `GET /v1/notices/{id}/actions` has all in pages. */
const MAX_ACTIONS = 50;

/**
 * Shows the life of an own notice: its revisions, its review and end with the warnings that fell due, the newest actions on it
 * with the answers of the holders, and how it ended. Undefined for an unknown notice.
 */
export function viewOwnLife(store: GatewayStore, id: string, identity: Members & Pick<Identity, 'org'>) {
  const [now, originator] = [identity.clock().getTime(), identity.org];
  const life = readLife(store, id);
  if (life === undefined) return undefined;
  const { revisions, items, registers, end, newest } = life;
  const suspended = suspendedUntil(registers);
  const endsAt = lifeEndOf(registers) ?? newest.exp * 1000;
  const reviewAt = reviewOf(newest);
  const page = pageOfItems(items, { limit: MAX_ACTIONS });
  const newestActions = new Set(page.rows);
  return {
    originator,
    revisions: revisions.map(({ revision, number, state, code, at }) => ({
      revision,
      number,
      state,
      ...(code === null ? {} : { code }),
      submittedAt: instant(at),
    })),
    expiresAt: instant(endsAt),
    ...(reviewAt === null ? {} : { reviewAt: instant(reviewAt) }),
    warnings: end
      ? []
      : dueWarnings({ reviewAt, endsAt }, now).map(({ name, at }) => ({ name, at: instant(at) })),
    restrictions: viewRestrictions(life),
    ...(suspended !== null && suspended > now ? { suspendedUntil: instant(suspended) } : {}),
    ...(end && {
      ended: {
        ending: end.ending,
        at: instant(end.at),
        ...(end.reason === null ? {} : { reason: end.reason }),
      },
    }),
    actions: items
      .filter((item) => newestActions.has(item))
      .map((item) => viewItemFully(store, item, identity)),
    earlierActions: page.next,
  };
}

/** When an own notice is to be reviewed, in milliseconds since 1970; null once its content is erased. */
function reviewOf({ header }: OwnRow): number | null {
  if (header === null) return null;
  const { reviewAt } = JSON.parse(header) as { readonly reviewAt?: string };
  return reviewAt === undefined ? null : Date.parse(reviewAt);
}

const instant = (ms: number): string => new Date(ms).toISOString();
