import type { Bus } from '../shared/bus/connect.js';
import { publishOnce } from '../shared/bus/publish.js';
import { errorFrom } from '../shared/kernel/errors.js';
import type { OrgId } from '../shared/kernel/ids.js';
import type { Events } from './events.js';
import { within } from './within.js';

/**
 * Publishes into an organisation's IN. `full` and `away` are not taken; either may have been stored after all, which is
 * harmless, for whoever gets it twice meets itself. Throws only when the router stops.
 */
export type PutInto = (
  org: OrgId,
  message: { readonly subject: string; readonly bytes: Uint8Array },
) => Promise<'stored' | 'already' | 'full' | 'away'>;

const PATIENCE_MS = 5_000;
/** So long nothing is tried again: one organisation without an IN must not cost every frame of the others 5 s. */
const REST_MS = 5_000;

export function createPutInto(deps: {
  readonly account: (org: OrgId) => Bus | undefined;
  readonly events: Pick<Events, 'alarm'>;
  readonly signal: AbortSignal;
}): PutInto {
  const { account, events, signal } = deps;
  const resting = new Set<OrgId>();
  return async (org, message) => {
    const bus = account(org);
    if (bus === undefined || resting.has(org)) return 'away';
    try {
      return await within({ signal, ms: PATIENCE_MS }, (soon) =>
        publishOnce(bus, { ...message, signal: soon }),
      );
    } catch (thrown) {
      if (signal.aborted) throw thrown;
      if (!resting.has(org)) events.alarm(errorFrom(thrown).code, { recipient: org, what: 'inbox-away' });
      resting.add(org);
      setTimeout(() => resting.delete(org), REST_MS).unref();
      return 'away';
    }
  };
}
