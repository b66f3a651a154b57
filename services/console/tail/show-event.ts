import { type RingEvent, stepOf } from '../../shared/store/console/console-ring.js';
import type { ShownEvent, ShownGap } from '../shown.js';
import type { StatusFacts } from './status-message.js';
import type { Viewer } from '../session/viewer.js';

interface Kept extends StatusFacts {
  readonly source: string;
  readonly seq?: number;
}

/**
 * Shows an event as the viewer may see it. Only viewers of the federation see the publisher's numbers, which count events of
 * all organisations. A recipient sees which notice was delivered, never what was decided or by which rule.
 */
export function showEvent(row: RingEvent, { scope }: Viewer): ShownEvent {
  const { jti, code, ...facts } = JSON.parse(row.facts) as Kept;
  const { source, seq, ...ownFacts } = facts;
  const own = scope === undefined || row.originator === scope.org;
  return {
    heard: timeOf(row),
    event: row.event,
    ...named({ originator: row.originator, recipient: row.recipient, kind: row.kind, outcome: row.outcome }),
    ...(jti === undefined ? {} : { jti }),
    ...(code === undefined ? {} : { code }),
    ...(own ? ownFacts : {}),
    ...(scope === undefined && seq !== undefined ? { source, seq } : {}),
  };
}

/** Shows a gap. Only viewers of the federation see how many events, of which source, and the exact time. */
export function showGap(row: RingEvent, { scope }: Viewer): ShownGap {
  const { source } = JSON.parse(row.facts) as Kept;
  return scope === undefined && row.missed !== null
    ? { heard: timeOf(row), missed: row.missed, source }
    : { heard: timeOf({ heard: stepOf(row.heard) }) };
}

function timeOf({ heard }: Pick<RingEvent, 'heard'>): string {
  return new Date(heard / 1000).toISOString();
}

/** Leaves out names that a status event does not give: empty ones, and the placeholder `_`. */
function named<T extends Readonly<Record<string, string>>>(names: T): Partial<T> {
  const known = Object.entries(names).filter(([, name]) => name !== '' && name !== '_');
  return Object.fromEntries(known) as Partial<T>;
}
