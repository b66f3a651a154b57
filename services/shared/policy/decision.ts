import type { OrgId } from '../kernel/ids.js';
import type { Because } from '../notice/because.js';
import { SECTIONS, type Section } from '../notice/kinds.js';
import type { Layer } from './engine.js';
import { ALL_LAYERS, type DecidingRule } from './layers.js';
import type { Row } from './row.js';

/** What one recipient gets of one notice. A deny is a value. Lists are sorted by name; `rules` by layer, then id. */
export interface Decision {
  readonly recipient: OrgId;
  /** `delivered`: every present section; `redacted`: at least one is withheld; `denied`: nothing. */
  readonly outcome: 'delivered' | 'redacted' | 'denied';
  readonly sections: readonly Section[];
  readonly withheld: readonly Section[];
  /** The withheld sections whose existence the recipient may know. */
  readonly advertised: readonly Section[];
  readonly obligations: readonly string[];
  /**
   * For a deny, the rules that decided in `layer`: none when no rule there permits. Else the rules that decided the
   * notice and each section.
   */
  readonly rules: readonly DecidingRule[];
  /** For a deny without rules: why none was asked. */
  readonly because?: Because;
  /** For a deny by rules: the first layer that denies. */
  readonly layer?: Layer;
}

/** The decision fields of a denied recipient. */
export const DENIED = {
  outcome: 'denied',
  sections: [],
  withheld: [],
  advertised: [],
  obligations: [],
} as const;

/** Returns a factory of denies without rules; the same recipient and reason give the same object. */
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
/** Decisions cached per row: notices of one kind have few different sets of sections. */
const MAX_DECISIONS_PER_ROW = 64;

/** Applies the row of a plan to the sections of a notice. Immutable; the same row and sections give the same object. */
export function decide(recipient: OrgId, row: Row, present: readonly Section[]): Decision {
  const mask = maskOf(present);
  if (mask === undefined) return decideAnew(recipient, row, present);
  const kept = decided.get(row) ?? new Map<number, Decision>();
  decided.set(row, kept);
  const decision = kept.get(mask) ?? decideAnew(recipient, row, present);
  if (kept.size < MAX_DECISIONS_PER_ROW) kept.set(mask, decision);
  return decision;
}

const bits = new Map<string, number>(SECTIONS.map((section, index) => [section, 2 ** index]));

/** Returns a set of sections as a number; undefined when one is unknown or repeated. */
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

/** Lists each rule once, by layer and then by id, so that a record does not depend on the order of sections. */
function inOrder(rules: readonly DecidingRule[]): readonly DecidingRule[] {
  const once = [...new Map(rules.map((rule) => [rule.id, rule])).values()];
  return once.toSorted(
    (a, b) => ALL_LAYERS.indexOf(a.layer) - ALL_LAYERS.indexOf(b.layer) || (a.id < b.id ? -1 : 1),
  );
}
