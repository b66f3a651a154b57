import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Ring, stepOf } from '../../shared/store/console/console-ring.js';
import type { Viewer } from '../session/viewer.js';
import type { RingRequest } from '../tail/read-ring.js';
import { showEvent } from '../tail/show-event.js';
import type { ShownEvent } from '../shown.js';
import type { ShownRecent, ShownRecentNotice } from './shown-decision.js';

const MAX_NOTICES = 50;
/** Maximum steps of 1,000 events, so that a search for a rare notice does not read a whole day of a busy federation. */
const MAX_STEPS = 30;

/**
 * Lists the newest notices named by status events that the viewer may see. Yields to other requests between steps, and ends
 * when the signal aborts.
 */
export async function recentNotices(
  { ring, viewer, filter }: Pick<RingRequest, 'ring' | 'viewer' | 'filter'>,
  signal: AbortSignal,
): Promise<ShownRecent> {
  const found = new Map<string, ShownRecentNotice>();
  let before = ring.last() + 1;
  for (let steps = 0; steps < MAX_STEPS; steps += 1) {
    const step = ring.back({ before, filter, scope: viewer.scope });
    if (step === undefined) return { notices: [...found.values()], since: null };
    before = step.upTo;
    for (const row of step.events) if (row.missed === null) note(found, showEvent(row, viewer));
    if (found.size > MAX_NOTICES) break;
    await nextTurn();
    signal.throwIfAborted();
  }
  return { notices: [...found.values()].slice(0, MAX_NOTICES), since: timeFor(viewer, before, ring) };
}

/** Adds an event to its notice. Events come newest first, so the first event of a recipient is its state. */
function note(found: Map<string, ShownRecentNotice>, event: ShownEvent): void {
  const { jti, heard, originator = '', recipient = '', kind = '', event: name } = event;
  if (jti === undefined) return;
  const seen = found.get(`${originator} ${jti}`);
  const recipients = seen?.recipients ?? [];
  const isKnown = recipients.some(({ org }) => org === recipient);
  const more = recipient === '' || isKnown ? [] : [{ org: recipient, event: name }];
  found.set(`${originator} ${jti}`, {
    jti,
    originator,
    heard: seen?.heard ?? heard,
    kind: seen?.kind || kind,
    recipients: [...recipients, ...more],
  });
}

/**
 * Returns how far back the search went. Coarse for a viewer of one organisation, because it is the time of another
 * organisation's event.
 */
function timeFor({ scope }: Viewer, place: number, ring: Pick<Ring, 'swept'>): string {
  const end = Math.max(place, ring.swept());
  return new Date((scope === undefined ? end : stepOf(end)) / 1000).toISOString();
}
