import type { OrgId } from '../kernel/ids.js';
import type { Because } from '../notice/because.js';
import { SECTIONS, type Section } from '../notice/kinds.js';
import type { Layer } from './engine.js';
import { ALL_LAYERS, type DecidingRule } from './layers.js';
import type { Row } from './row.js';

/** What one recipient gets of one notice. A deny is a value. All lists are sorted, except `rules`: order of layers. */
export interface Decision {
  readonly recipient: OrgId;
  /** `delivered`: every present section; `redacted`: at least one is withheld; `denied`: nothing. */
  readonly outcome: 'delivered' | 'redacted' | 'denied';
  readonly sections: readonly Section[];
  readonly withheld: readonly Section[];
  /** Of the withheld, those whose existence the recipient may know. */
  readonly advertised: readonly Section[];
  readonly obligations: readonly string[];
  /** For a deny what decided in `layer`, empty when nothing permits there. Else what decided receiving and each section. */
  readonly rules: readonly DecidingRule[];
  readonly because?: Because;
  /** For a deny by rules: the first layer that is closed. */
  readonly layer?: Layer;
}

/** What a denied recipient gets. */
export const DENIED = {
  outcome: 'denied',
  sections: [],
  withheld: [],
  advertised: [],
  obligations: [],
} as const;

/** Denies before any rule is asked; immutable, and for one recipient and reason the same object each time. */
export function createDenied(): (recipient: OrgId, because: Because) => Decision {
  const known = new Map<Because, Map<OrgId, Decision>>();
  return (recipient, because) => {
    const kept = known.get(because) ?? new Map<OrgId, Decision>();
    known.set(because, kept);
    const decision = kept.get(recipient) ?? { ...DENIED, recipient, rules: [], because };
    kept.set(recipient, decision);
    return decision;
  };
}

const decided = new WeakMap<Row, Map<number, Decision>>();
/** Kept for each row: notices of one kind come with few different sets of sections. */
const KEPT = 64;

/** The row of a plan applied to the sections that a notice has; immutable, and the same object the next time. */
export function decide(recipient: OrgId, row: Row, present: readonly Section[]): Decision {
  const mask = maskOf(present);
  if (mask === undefined) return decideAnew(recipient, row, present);
  const kept = decided.get(row) ?? new Map<number, Decision>();
  decided.set(row, kept);
  const decision = kept.get(mask) ?? decideAnew(recipient, row, present);
  if (kept.size < KEPT) kept.set(mask, decision);
  return decision;
}

const bits = new Map<string, number>(SECTIONS.map((section, index) => [section, 2 ** index]));

/** A set of sections as a number; undefined when one is unknown or comes twice. */
function maskOf(sections: readonly Section[]): number | undefined {
  let mask = 0;
  for (const section of sections) {
    const bit = bits.get(section);
    if (bit === undefined || (mask & bit) !== 0) return undefined;
    mask |= bit;
  }
  return mask;
}

function decideAnew(recipient: OrgId, row: Row, present: readonly Section[]): Decision {
  const { receive } = row;
  if (!receive.open) return { ...DENIED, recipient, rules: receive.rules, layer: receive.layer };
  const cells = present.toSorted().map((section) => ({ section, ...row.cell(section) }));
  const verdicts = [receive, ...cells.map(({ disclose }) => disclose)];
  const withheld = cells.filter(({ disclose }) => !disclose.open);
  return {
    recipient,
    outcome: withheld.length === 0 ? 'delivered' : 'redacted',
    sections: cells.filter(({ disclose }) => disclose.open).map(({ section }) => section),
    withheld: withheld.map(({ section }) => section),
    advertised: withheld.filter(({ advertise }) => advertise).map(({ section }) => section),
    obligations: [
      ...new Set(verdicts.flatMap((verdict) => (verdict.open ? verdict.obligations : []))),
    ].toSorted(),
    rules: inOrder(verdicts.flatMap(({ rules }) => rules)),
  };
}

/** Each rule once, by layer and then by id, so that a record does not depend on the order of sections. */
function inOrder(rules: readonly DecidingRule[]): readonly DecidingRule[] {
  const once = [...new Map(rules.map((rule) => [rule.id, rule])).values()];
  return once.toSorted(
    (a, b) => ALL_LAYERS.indexOf(a.layer) - ALL_LAYERS.indexOf(b.layer) || (a.id < b.id ? -1 : 1),
  );
}
