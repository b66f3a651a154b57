import type { Bus } from '../shared/bus/connect.js';
import { publishOnce, type PublishOutcome } from '../shared/bus/publish.js';
import { type Code, errorFrom } from '../shared/kernel/errors.js';
import type { OrgId } from '../shared/kernel/ids.js';
import { withDeadline } from '../shared/kernel/with-deadline.js';
import type { Alarms } from '../shared/runtime/alarms.js';
import { type Directory, hasLeft } from '../shared/trust/directory.js';
import type { Events } from './events.js';

/**
 * Publishes into an organisation's IN; `unavailable` when the router has no account of the organisation, when that has left, or IN
 * failed or did not confirm in time. A message that was stored all the same is harmless: a second copy gets the same receipt. Throws
 * only when the router stops.
 */
export type InboxPublisher = (
  org: OrgId,
  message: {
    readonly subject: string;
    readonly bytes: Uint8Array;
    /** Called with the message's sequence in IN, if this call stored it. */
    readonly onStored?: (seq: number) => void;
  },
) => Promise<PublishOutcome>;

const INBOX_PUBLISH_TIMEOUT_MS = 5_000;
/**
 * An IN that does not answer must not delay every frame by the whole timeout. After a failure nothing is published to it
 * for `REST_MS`, and then with the shorter timeout, until a publish succeeds.
 */
const REST_MS = 1_000;
const DOUBTED_INBOX_TIMEOUT_MS = 500;
/** The alarm ends after this long without a publish to the organisation, whose state is then unknown. */
const QUIET_MS = 60_000;

interface InboxPublisherDeps {
  readonly account: (org: OrgId) => Bus | undefined;
  /** A member that has left by it has no account any more, which is no fault. */
  readonly directory: () => Pick<Directory, 'organisations'>;
  readonly events: Pick<Events, 'alarm'>;
  readonly alarms: Pick<Alarms, 'end'>;
  readonly signal: AbortSignal;
  readonly quietMs?: number;
}

/** Creates the publisher of one router; `quietMs` is for tests. */
export function createInboxPublisher(deps: InboxPublisherDeps): InboxPublisher {
  const { account, directory, signal } = deps;
  const failed = new Map<OrgId, 'resting' | 'doubted'>();
  const alarm = createInboxAlarm(deps);
  const rest = (org: OrgId): void => {
    if (failed.get(org) === 'resting') return;
    failed.set(org, 'resting');
    setTimeout(() => failed.has(org) && failed.set(org, 'doubted'), REST_MS).unref();
  };
  return async (org, message) => {
    const [bus, state] = [account(org), failed.get(org)];
    if (bus === undefined || state === 'resting' || hasLeft(directory(), org)) return 'unavailable';
    try {
      const ms = state === 'doubted' ? DOUBTED_INBOX_TIMEOUT_MS : INBOX_PUBLISH_TIMEOUT_MS;
      const outcome = await withDeadline({ signal, ms }, (soon) =>
        publishOnce(bus, { ...message, signal: soon }),
      );
      if (failed.delete(org)) alarm.end(org);
      return outcome;
    } catch (thrown) {
      if (signal.aborted) throw thrown;
      if (hasLeft(directory(), org)) return 'unavailable';
      alarm.raise(org, errorFrom(thrown).code);
      rest(org);
      return 'unavailable';
    }
  };
}

/** Raises `inbox-away` once for an organisation, and again after that alarm has ended. */
function createInboxAlarm({ events, alarms, quietMs = QUIET_MS }: InboxPublisherDeps) {
  const raised = new Map<OrgId, NodeJS.Timeout>();
  const end = (org: OrgId): void => {
    clearTimeout(raised.get(org));
    if (raised.delete(org) && raised.size === 0) alarms.end('inbox-away');
  };
  const raise = (org: OrgId, code: Code): void => {
    if (!raised.has(org)) events.alarm('inbox-away', code, { recipient: org });
    clearTimeout(raised.get(org));
    raised.set(org, setTimeout(() => end(org), quietMs).unref());
  };
  return { raise, end };
}
