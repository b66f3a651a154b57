import type { Because } from '../notice/because.js';
import type { Section } from '../notice/kinds.js';
import { type Decision, DENIED } from './decision.js';
import type { Layer } from './engine.js';

/** The fields of a recorded decision that narrowing reads. */
export interface RecordedDecision {
  readonly outcome: Decision['outcome'];
  readonly sections: readonly Section[];
  readonly withheld: readonly Section[];
  readonly advertised: readonly Section[];
  readonly obligations: readonly string[];
  readonly rules: readonly { readonly layer: Layer; readonly id: string }[];
  readonly because?: Because;
}

/**
 * Returns the intersection of a recorded decision and today's: the recorded one is an upper bound that delivery may
 * narrow and never widens. Obligations of both apply. Returns the same object when nothing became narrower.
 */
export function narrow<Part extends RecordedDecision>(recorded: Part, now: Decision): Part {
  if (recorded.outcome === 'denied') return recorded;
  const rules = now.rules.map(({ layer, id }) => ({ layer, id }));
  if (now.outcome === 'denied') {
    const because = now.because === undefined ? {} : { because: now.because };
    return { ...recorded, ...DENIED, rules, ...because };
  }
  const sections = recorded.sections.filter((section) => now.sections.includes(section));
  const withdrawn = recorded.sections.filter((section) => !sections.includes(section));
  const advertised = [...recorded.advertised, ...withdrawn].filter(
    // A section that was to be disclosed may be advertised if today's policy advertises or discloses it.
    (section) => now.advertised.includes(section) || now.sections.includes(section),
  );
  const obligations = [...new Set([...recorded.obligations, ...now.obligations])].toSorted();
  const isSame =
    withdrawn.length === 0 &&
    advertised.length === recorded.advertised.length &&
    obligations.length === recorded.obligations.length;
  if (isSame) return recorded;
  const withheld = [...recorded.withheld, ...withdrawn].toSorted();
  return {
    ...recorded,
    outcome: withheld.length === 0 ? 'delivered' : 'redacted',
    sections,
    withheld,
    advertised: advertised.toSorted(),
    obligations,
    rules,
  };
}
