import type { OrgId } from '../../kernel/ids.js';
import type { Layer, Permission } from '../../policy/engine.js';
import type { Rule } from '../../policy/rule.js';
import { type Phrase, phraseOf, UNTOLD } from './plain-words.js';
import type { Workspace } from '../workspace.js';

/** One rule in plain words. */
export interface DocumentedRule {
  /** Counted from 1 in its set; lawyers cite a rule by the set's title and this number. */
  readonly number: number;
  readonly id: string;
  readonly effect: 'permit' | 'forbid';
  /** The permissions that it permits or forbids. */
  readonly permissions: readonly Permission[];
  readonly reason: string;
  readonly article: string | null;
  readonly obligation: string | null;
  /** Conditions that must all hold for the rule to apply. */
  readonly when: readonly Phrase[];
  /** Conditions that must all be false for the rule to apply. */
  readonly unless: readonly Phrase[];
}

/** One set in plain words. */
export interface DocumentedSet {
  /** `europol, export`; `federation`. */
  readonly title: string;
  readonly layer: Layer;
  /** The organisation that writes the rules; null for the federation's. */
  readonly organisation: OrgId | null;
  /** Base64url SHA-256 of the file of rules. */
  readonly digest: string;
  readonly rules: readonly DocumentedRule[];
}

/**
 * Describes every set, the federation's first; for one organisation, the sets that bind it: the federation's and its
 * own.
 */
export function policyDocument({ sets }: Workspace, organisation?: OrgId): readonly DocumentedSet[] {
  return [...sets.sets.values()].flatMap(({ name, layer, rules }) => {
    const owner = layer === 'federation' ? null : (name.split('/')[0] as OrgId);
    if (organisation !== undefined && owner !== null && owner !== organisation) return [];
    const title = owner === null ? layer : `${owner}, ${layer}`;
    const digest = sets.digests[name] ?? '';
    return [{ title, layer, organisation: owner, digest, rules: rules.map(documentedRule) }];
  });
}

/** Describes the rule at `index` of its set. */
export function documentedRule(rule: Rule, index: number): DocumentedRule {
  const { id, effect, permissions, reason, article = null, obligation = null, json } = rule;
  const phrases = (kind: string, join: 'all' | 'any'): readonly Phrase[] =>
    json.conditions
      .filter((condition) => condition.kind === kind)
      .flatMap(({ body }) => {
        const phrase = phraseOf(body);
        return typeof phrase === 'object' && phrase.join === join ? phrase.parts : [phrase];
      });
  return {
    number: index + 1,
    id,
    effect,
    permissions: [...permissions],
    reason,
    article,
    obligation,
    when: [...scopeOf(json), ...phrases('when', 'all')],
    unless: phrases('unless', 'any'),
  };
}

/** Describes a scope that names more than types, which `policy check` refuses; empty for every valid rule. */
function scopeOf({ principal, resource }: Rule['json']): readonly Phrase[] {
  const isWide = ({ op }: { readonly op: string }): boolean => op === 'All' || op === 'is';
  return isWide(principal) && isWide(resource) ? [] : [UNTOLD];
}
