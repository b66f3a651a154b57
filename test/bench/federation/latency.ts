import type { OrgId } from '../../../services/shared/kernel/ids.js';
import type { Home } from '../../../services/shared/runtime/home.js';
import { type NoticeTime, inspectTimes } from '../../../services/shared/store/inspect-gateway.js';
import { quantileOf } from '../figures.js';

/** A period in milliseconds since 1970. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/**
 * The time from the acceptance of a notice by its gateway, before it signs and commits, until the recipient writes the verified
 * notice. Read from the databases afterwards, so that measuring adds no load; it excludes the submitter's HTTP request and the
 * last flush to disk. All gateways here share one clock.
 */
export interface Latency {
  /** Notices accepted in the window. */
  readonly notices: number;
  /** Average number of copies held of each notice. */
  readonly recipients: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly mostMs: number;
  /** How many of these notices no recipient held when the window ended. A number that grows with time is a queue. */
  readonly waiting: number;
}

interface Reading {
  readonly home: Home;
  readonly orgs: readonly OrgId[];
}

export function readLatency({ home, orgs }: Reading, window: Window): Latency {
  const times = orgs.map((org) => ({ org, ...inspectTimes(home.org(org, 'gateway.db'), window) }));
  const accepted = new Map(
    times.flatMap(({ org, accepted: own }) => own.map(({ id, at }) => [keyOf({ originator: org, id }), at])),
  );
  const first = new Map<string, number>();
  const took: number[] = [];
  for (const held of times.flatMap(({ held: all }) => all)) {
    const key = keyOf(held);
    const began = accepted.get(key);
    if (began === undefined) continue;
    took.push(held.at - began);
    first.set(key, Math.min(held.at, first.get(key) ?? Infinity));
  }
  return {
    notices: accepted.size,
    recipients: took.length / Math.max(1, accepted.size),
    p50Ms: quantileOf(took, 0.5),
    p99Ms: quantileOf(took, 0.99),
    mostMs: quantileOf(took, 1),
    waiting: [...first.values()].filter((at) => at > window.to).length,
  };
}

function keyOf({ originator, id }: Pick<NoticeTime, 'originator' | 'id'>): string {
  return `${originator}/${id}`;
}
