import type { Attributes } from '../notice/attributes.js';
import type { Section } from '../notice/kinds.js';
import { type Engine, type Layer, type Permission, setOf } from './engine.js';
import type { OrganisationFacts } from './facts.js';
import { ALL_LAYERS } from './layers.js';

/** One section that an originator opens to one holder of its notice. */
export interface UnsealQuestion {
  readonly attributes: Attributes;
  readonly recipient: OrganisationFacts;
  readonly section: Section;
}

/**
 * Whether rules allow an unseal. A refusal names the rules that deny it; `rules` is empty when a permit is
 * missing.
 */
export type UnsealVerdict =
  | { readonly open: true }
  | {
      readonly open: false;
      readonly layer: Layer;
      readonly rules: readonly { readonly layer: Layer; readonly id: string }[];
    };

const PERMISSIONS: readonly Permission[] = ['receive', 'disclose'];

/**
 * Asks every layer whether an unseal is allowed: each must permit the holder to receive the notice and the
 * section to be disclosed. The unseal replaces a missing permit of the originator's export rules to disclose;
 * it never overrides a forbid in them. A rule that cannot be evaluated denies.
 */
export function judgeUnseal(
  engine: Engine,
  { attributes, recipient, section }: UnsealQuestion,
): UnsealVerdict {
  const parties = { originator: attributes.originator, recipient: recipient.id };
  for (const layer of ALL_LAYERS) {
    const set = setOf(layer, parties);
    for (const permission of PERMISSIONS) {
      const about = permission === 'disclose' ? { section } : {};
      const { decision, rules, errors } = engine.evaluate(set, {
        permission,
        recipient,
        notice: attributes,
        ...about,
      });
      const isReplaced =
        layer === 'export' && permission === 'disclose' && rules.length === 0 && errors.length === 0;
      if (decision === 'allow' || isReplaced) continue;
      return { open: false, layer, rules: rules.map((id) => ({ layer, id })) };
    }
  }
  return { open: true };
}
