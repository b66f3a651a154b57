import type { OrgId } from '../../kernel/ids.js';
import { literalOf } from '../../policy/expression.js';
import type { Layer, Permission } from '../../policy/engine.js';
import type { Rule } from '../../policy/rule.js';
import { type Phrase, phraseOf, UNTOLD } from './plain-words.js';
import type { Workspace } from '../workspace.js';

/** One rule in plain words. */
export interface DocumentedRule {
  /** Counted from 1 in its set: with the set's title the number by which lawyers cite it. */
  readonly number: number;
  readonly id: string;
  readonly effect: 'permit' | 'forbid';
  /** What is permitted or forbidden. */
  readonly permissions: readonly Permission[];
  readonly reason: string;
  readonly article: string | null;
  readonly obligation: string | null;
  /** All must hold for the rule to apply. */
  readonly when: readonly Phrase[];
  /** None may hold for the rule to apply. */
  readonly unless: readonly Phrase[];
}

export interface DocumentedSet {
  /** `europol, export`; `federation`. */
  readonly title: string;
  readonly layer: Layer;
  /** Whose rules these are; null for the federation's. */
  readonly organisation: OrgId | null;
  /** Base64url SHA-256 of the file that was printed. */
  readonly digest: string;
  readonly rules: readonly DocumentedRule[];
}

/** Every set in the order in which layers are asked; of one organisation, what binds it: the federation's and its own. */
export function policyDocument({ sets }: Workspace, organisation?: OrgId): readonly DocumentedSet[] {
  return [...sets.sets.values()].flatMap(({ name, layer, rules }) => {
    const owner = layer === 'federation' ? null : (name.split('/')[0] as OrgId);
    if (organisation !== undefined && owner !== null && owner !== organisation) return [];
    const title = owner === null ? layer : `${owner}, ${layer}`;
    const digest = sets.digests[name] ?? '';
    return [{ title, layer, organisation: owner, digest, rules: rules.map(documented) }];
  });
}

function documented(rule: Rule, index: number): DocumentedRule {
  const { id, effect, reason, article = null, obligation = null, json } = rule;
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
    permissions: permissionsOf(json.action),
    reason,
    article,
    obligation,
    when: [...scopeOf(json), ...phrases('when', 'all')],
    unless: phrases('unless', 'any'),
  };
}

const PERMISSIONS: readonly Permission[] = ['receive', 'disclose', 'advertise'];

function permissionsOf(action: Rule['json']['action']): readonly Permission[] {
  if (action.op === 'All') return PERMISSIONS;
  const literals = 'entity' in action ? [action.entity] : 'entities' in action ? action.entities : [];
  const named = literals.map((literal) => literalOf(literal)?.id);
  return PERMISSIONS.filter((permission) => named.includes(permission));
}

/** The lint refuses a scope that says more than a type: a literal of an open type can never be right. */
function scopeOf({ principal, resource }: Rule['json']): readonly Phrase[] {
  const isWide = ({ op }: { readonly op: string }): boolean => op === 'All' || op === 'is';
  return isWide(principal) && isWide(resource) ? [] : [UNTOLD];
}
