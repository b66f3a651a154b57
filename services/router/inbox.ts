import type { Bus } from '../shared/bus/connect.js';
import { publishOnce } from '../shared/bus/publish.js';
import { type Code, errorFrom } from '../shared/kernel/errors.js';
import type { OrgId } from '../shared/kernel/ids.js';
import type { Alarms } from '../shared/runtime/alarms.js';
import type { Events } from './events.js';
import { withDeadline } from '../shared/kernel/with-deadline.js';

/**
 * Publishes into an organisation's IN. `full` and `away` are not taken; either may have been stored after all, which is
 * harmless, for whoever gets it twice meets itself. Throws only when the router stops.
 */
export type InboxPublisher = (
  org: OrgId,
  message: { readonly subject: string; readonly bytes: Uint8Array },
) => Promise<'stored' | 'already' | 'full' | 'away'>;

const PATIENCE_MS = 5_000;
/**
 * One organisation without an IN must not cost every frame of the others so long. After such a failure nothing is tried
 * for REST_MS, and then with the shorter patience, until something is taken.
 */
const REST_MS = 1_000;
const DOUBT_MS = 500;
/** Nothing fails at an organisation to which nothing is sent: so long after the last failure nobody can say that it is away. */
const QUIET_MS = 60_000;

interface InboxPublisherDeps {
  readonly account: (org: OrgId) => Bus | undefined;
  readonly events: Pick<Events, 'alarm'>;
  readonly alarms: Pick<Alarms, 'end'>;
  readonly signal: AbortSignal;
  readonly quietMs?: number;
}

export function createInboxPublisher(deps: InboxPublisherDeps): InboxPublisher {
  const { account, signal } = deps;
  const away = new Map<OrgId, 'resting' | 'doubted'>();
  const { tell, over } = createTeller(deps);
  const rest = (org: OrgId): void => {
    if (away.get(org) === 'resting') return;
    away.set(org, 'resting');
    setTimeout(() => away.has(org) && away.set(org, 'doubted'), REST_MS).unref();
  };
  return async (org, message) => {
    const [bus, state] = [account(org), away.get(org)];
    if (bus === undefined || state === 'resting') return 'away';
    try {
      const ms = state === 'doubted' ? DOUBT_MS : PATIENCE_MS;
      const answer = await withDeadline({ signal, ms }, (soon) =>
        publishOnce(bus, { ...message, signal: soon }),
      );
      if (away.delete(org)) over(org);
      return answer;
    } catch (thrown) {
      if (signal.aborted) throw thrown;
      tell(org, errorFrom(thrown).code);
      rest(org);
      return 'away';
    }
  };
}

/** Tells once that an organisation is away, and again when it was taken for well meanwhile. */
function createTeller({ events, alarms, quietMs = QUIET_MS }: InboxPublisherDeps) {
  const told = new Map<OrgId, NodeJS.Timeout>();
  const over = (org: OrgId): void => {
    clearTimeout(told.get(org));
    if (told.delete(org) && told.size === 0) alarms.end('inbox-away');
  };
  const tell = (org: OrgId, code: Code): void => {
    if (!told.has(org)) events.alarm('inbox-away', code, { recipient: org });
    clearTimeout(told.get(org));
    told.set(org, setTimeout(() => over(org), quietMs).unref());
  };
  return { tell, over };
}
