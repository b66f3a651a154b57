import type { RuleNames } from '../record-own-parts.js';
import type { DecisionPart } from '../record-parts.js';

type Rules = DecisionPart['rules'];

/**
 * The rules of one record: each is named once, and decisions name it by its place
 * (proto/README.md#reports-deliveries-and-receipts).
 */
export interface RulePlaces {
  readonly names: RuleNames;
  placesOf(rules: Rules): readonly number[];
}

const LAYERS = ['federation', 'export', 'import'] as const;

/** Gives each rule that decided a place, counted through the layers in their order. */
export function rulePlaces(decisions: readonly { readonly rules: Rules }[]): RulePlaces {
  const ids = { federation: new Set<string>(), export: new Set<string>(), import: new Set<string>() };
  for (const { rules } of decisions) for (const { layer, id } of rules) ids[layer].add(id);
  const names = { federation: [...ids.federation], export: [...ids.export], import: [...ids.import] };
  const places = new Map(rulesIn(names).map(({ layer, id }, place) => [`${layer} ${id}`, place]));
  return { names, placesOf: (rules) => rules.map(({ layer, id }) => places.get(`${layer} ${id}`) ?? 0) };
}

/** Returns the rules of a record in the order of their places. */
export function rulesIn(names: RuleNames): Rules {
  return LAYERS.flatMap((layer) => names[layer].map((id) => ({ layer, id })));
}
