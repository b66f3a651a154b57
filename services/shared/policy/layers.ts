import type { Attributes } from '../notice/attributes.js';
import { type Engine, type Layer, type Permission, type Question, setName } from './engine.js';
import type { PolicySets } from './policies.js';

/** A rule that decided. `reason` is its author's text, or `FAILED` for a rule that cannot be evaluated. */
export interface DecidingRule {
  readonly layer: Layer;
  readonly id: string;
  readonly reason: string;
}

/**
 * The combined answer of the layers. Closed: `layer` is the first that denies, and `rules` are the rules that
 * decided there: the ones that cannot be evaluated if there are any, else the forbids; empty when only a
 * permit is missing. Open: every permit that decided, with the obligations that they carry.
 */
export type Verdict =
  | { readonly open: true; readonly rules: readonly DecidingRule[]; readonly obligations: readonly string[] }
  | { readonly open: false; readonly layer: Layer; readonly rules: readonly DecidingRule[] };

/** A rule that cannot be evaluated or a missing set. The answer is deny, and an operator must look into it. */
export interface EvaluationFault {
  readonly set: string;
  readonly recipient: string;
  readonly permission: Permission;
  readonly section?: string;
  readonly messages: readonly string[];
}

/** What `createAsk` needs. */
export interface LayersDeps {
  readonly engine: Engine;
  readonly sets: PolicySets;
  /** Called when something cannot be evaluated. */
  readonly onError?: (fault: EvaluationFault) => void;
}

/** The reason shown for a rule that denies because it cannot be evaluated, in place of its author's. */
const FAILED = 'the rule cannot be evaluated';

/** Asks the layers in order and stops at the first that denies: the later ones cannot permit it again. */
export type Ask = (question: Question, layers: readonly Layer[]) => Verdict;

/** The layers in the order in which they are asked. */
export const ALL_LAYERS: readonly Layer[] = ['federation', 'export', 'import'];
/**
 * The layers that decide on advertising: the recipient's import has no say in what it may know of withheld sections.
 */
export const ADVERTISING_LAYERS: readonly Layer[] = ['federation', 'export'];

/** Returns a function that asks the layers; equal answers are the same object. */
export function createAsk({ engine, sets, onError }: LayersDeps): Ask {
  const once = createOnce<Verdict>();
  const deciding = (layer: Layer, ids: readonly string[]): readonly DecidingRule[] =>
    ids.map((id) => ({ layer, id, reason: sets.rules.get(id)?.reason ?? '' }));
  const failing = (layer: Layer, ids: readonly string[]): readonly DecidingRule[] =>
    ids.map((id) => ({ layer, id, reason: FAILED }));
  return (question, layers) => {
    const open: (readonly [Layer, readonly string[]])[] = [];
    for (const layer of layers) {
      const set = setName(layer, ownerOf(layer, question));
      const { decision, rules: ids, errors } = engine.evaluate(set, question);
      if (errors.length > 0) onError?.(faultOf(set, question, errors));
      if (decision === 'deny' || errors.length > 0) {
        const isError = errors.length > 0;
        return once(`${isError ? 'failed' : 'closed'} ${layer}:${ids.join()}`, () => ({
          open: false,
          layer,
          rules: isError ? failing(layer, ids) : deciding(layer, ids),
        }));
      }
      open.push([layer, ids]);
    }
    // Ids hold neither spaces nor colons, so different answers have different names.
    const name = open.map(([layer, ids]) => `${layer}:${ids.join()}`).join(' ');
    return once(`open ${name}`, () => {
      const rules = open.flatMap(([layer, ids]) => deciding(layer, ids));
      return {
        open: true,
        rules,
        obligations: rules.flatMap(({ id }) => sets.rules.get(id)?.obligation ?? []),
      };
    });
  };
}

const MAX_VERDICTS = 4096;

/**
 * Returns the same object for the same name. Plans share few different verdicts, which would otherwise take most of
 * their memory. Starts over when full, so that headers crafted to be different cannot exhaust memory.
 */
function createOnce<T>(): (name: string, make: () => T) => T {
  const made = new Map<string, T>();
  return (name, make) => {
    const known = made.get(name);
    if (known !== undefined) return known;
    if (made.size >= MAX_VERDICTS) made.clear();
    const value = make();
    made.set(name, value);
    return value;
  };
}

function ownerOf(layer: Layer, { notice, recipient }: Question): Attributes['originator'] {
  return layer === 'import' ? recipient.id : notice.originator;
}

function faultOf(set: string, { permission, recipient, section }: Question, messages: readonly string[]) {
  const fault = { set, recipient: recipient.id, permission, messages };
  return section === undefined ? fault : { ...fault, section };
}
