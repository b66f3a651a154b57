import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Ring, type RingEvent, stepOf } from '../../shared/store/console/console-ring.js';
import type { SimulatedList } from '../../shared/runtime/simulated-list.js';
import type { TailSelection } from './tail-question.js';
import { showEvent, showGap } from './show-event.js';
import type { ShownEvent, ShownGap } from '../shown.js';
import type { Viewer } from '../session/viewer.js';

/** What a reader asks of the ring. */
export interface RingRequest {
  readonly ring: Ring;
  readonly viewer: Viewer;
  readonly simulated: SimulatedList;
  readonly filter: NonNullable<TailSelection['filter']>;
}

/** What a viewer is shown of one row of the ring. */
export type ShownRow = {
  /** The id to resume after; undefined where the viewer may not know it, so that a resumed read shows the row again. */
  readonly place: number | undefined;
} & (
  | { readonly type: 'status'; readonly data: ShownEvent }
  | { readonly type: 'gap'; readonly data: ShownGap }
);

/** The shown rows of one step, and the place up to which the ring was read. */
export interface Step {
  readonly shown: readonly ShownRow[];
  readonly upTo: number;
}

/**
 * Reads from a place to the end of the ring, in steps between which other requests run. Requested events that
 * are already deleted give a gap. A step may show nothing to this viewer.
 */
export async function* readRing(request: RingRequest, after: number): AsyncGenerator<Step> {
  const { ring, viewer, filter } = request;
  let place = after;
  for (;;) {
    // Checked at each step: the deletion of old events may overtake a slow reader.
    if (place < ring.swept()) {
      place = ring.swept();
      yield { shown: [sweptGap(place, viewer)], upTo: place };
    }
    const step = ring.next({ after: place, filter, scope: viewer.scope });
    if (step === undefined) return;
    place = step.upTo;
    yield { shown: step.events.map((row) => shownOf(row, request)), upTo: place };
    await nextTurn();
  }
}

function shownOf(row: RingEvent, { viewer, simulated }: RingRequest): ShownRow {
  const place = row.heard;
  return row.missed === null
    ? { type: 'status', place, data: markSimulatedEvent(showEvent(row, viewer), simulated) }
    : { type: 'gap', place: placeOf(place, viewer.scope), data: showGap(row, viewer) };
}

/** Marks a refusal event about a frame that the simulator sent. */
function markSimulatedEvent(event: ShownEvent, simulated: SimulatedList): ShownEvent {
  return event.code !== undefined && simulated.has(event.frame) ? { ...event, simulated: true } : event;
}

/** The place of a gap; hidden from viewers of one organisation, as it is the time of another organisation's event. */
function placeOf(place: number, scope: Viewer['scope']): number | undefined {
  return scope === undefined ? place : undefined;
}

function sweptGap(place: number, { scope }: Viewer): ShownRow {
  const end = scope === undefined ? place : stepOf(place);
  const heard = new Date(end / 1000).toISOString();
  return { type: 'gap', place: placeOf(place, scope), data: { heard, older: true } };
}
