import { setImmediate as turn } from 'node:timers/promises';
import { type Ring, type RingEvent, stepOf } from '../../shared/store/console/console-ring.js';
import type { TailSelection } from './tail-question.js';
import { showEvent, showGap } from './show-event.js';
import type { ShownEvent, ShownGap } from '../shown.js';
import type { Viewer } from '../session/viewer.js';

export interface RingRequest {
  readonly ring: Ring;
  readonly viewer: Viewer;
  readonly filter: NonNullable<TailSelection['filter']>;
}

/** What a viewer is shown of one row, and where to go on behind it. */
export type ShownRow = {
  /** Undefined: not this viewer's to know; who goes on from before it is shown it again. */
  readonly place: number | undefined;
} & (
  | { readonly type: 'status'; readonly data: ShownEvent }
  | { readonly type: 'gap'; readonly data: ShownGap }
);

/** What is shown of some rows, and how far these reach. */
export interface Step {
  readonly shown: readonly ShownRow[];
  readonly upTo: number;
}

/**
 * Reads on from a place to the end of the ring, step by step, so that others get their turn; what was asked for and is
 * kept no longer is a gap. Gives the place reached with each step, which may hold nothing for this viewer.
 */
export async function* readRing({ ring, viewer, filter }: RingRequest, after: number): AsyncGenerator<Step> {
  let place = after;
  for (;;) {
    // Looked at each time: somebody slow may be overtaken by the end of the ring.
    if (place < ring.swept()) {
      place = ring.swept();
      yield { shown: [sweptGap(place, viewer)], upTo: place };
    }
    const step = ring.next({ after: place, filter, scope: viewer.scope });
    if (step === undefined) return;
    place = step.upTo;
    yield { shown: step.events.map((row) => shownOf(row, viewer)), upTo: place };
    await turn();
  }
}

function shownOf(row: RingEvent, viewer: Viewer): ShownRow {
  const place = row.heard;
  return row.missed === null
    ? { type: 'status', place, data: showEvent(row, viewer) }
    : { type: 'gap', place: placeOf(place, viewer.scope), data: showGap(row, viewer) };
}

/** A gap's own place is when an event of somebody was heard, or left. */
function placeOf(place: number, scope: Viewer['scope']): number | undefined {
  return scope === undefined ? place : undefined;
}

function sweptGap(place: number, { scope }: Viewer): ShownRow {
  const end = scope === undefined ? place : stepOf(place);
  const heard = new Date(end / 1000).toISOString();
  return { type: 'gap', place: placeOf(place, scope), data: { heard, older: true } };
}
