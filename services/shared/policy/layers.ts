import type { Attributes } from '../notice/attributes.js';
import { type Engine, type Layer, type Permission, type Question, setName } from './engine.js';
import type { PolicySets } from './policies.js';

/** A rule that decided, with its reason in the words of its author. */
export interface DecidingRule {
  readonly layer: Layer;
  readonly id: string;
  readonly reason: string;
}

/**
 * What the layers say together. Closed: `layer` is the first that does not allow and `rules` what decided there, none
 * when nothing permits. Open: every permit that decided, with the obligations they carry.
 */
export type Verdict =
  | { readonly open: true; readonly rules: readonly DecidingRule[]; readonly obligations: readonly string[] }
  | { readonly open: false; readonly layer: Layer; readonly rules: readonly DecidingRule[] };

/** A rule that could not be evaluated, or a set that was not there: the answer was deny, an operator must look. */
export interface EvaluationFault {
  readonly set: string;
  readonly recipient: string;
  readonly permission: Permission;
  readonly section?: string;
  readonly messages: readonly string[];
}

export interface LayersDeps {
  readonly engine: Engine;
  readonly sets: PolicySets;
  readonly onError?: (fault: EvaluationFault) => void;
}

/** Asks the layers in their order and stops at the first that is closed: the others cannot open it again. */
export type Ask = (question: Question, layers: readonly Layer[]) => Verdict;

export const ALL_LAYERS: readonly Layer[] = ['federation', 'export', 'import'];
/** What a recipient may know of what it does not get is not the recipient's to decide. */
export const ADVERTISING_LAYERS: readonly Layer[] = ['federation', 'export'];

export function createAsk({ engine, sets, onError }: LayersDeps): Ask {
  const once = createOnce<Verdict>();
  const deciding = (layer: Layer, ids: readonly string[]): readonly DecidingRule[] =>
    ids.map((id) => ({ layer, id, reason: sets.rules.get(id)?.reason ?? '' }));
  return (question, layers) => {
    const open: (readonly [Layer, readonly string[]])[] = [];
    for (const layer of layers) {
      const set = setName(layer, ownerOf(layer, question));
      const { decision, rules: ids, errors } = engine.evaluate(set, question);
      if (errors.length > 0) onError?.(faultOf(set, question, errors));
      if (decision === 'deny' || errors.length > 0) {
        return once(`closed ${layer}:${ids.join()}`, () => ({
          open: false,
          layer,
          rules: deciding(layer, ids),
        }));
      }
      open.push([layer, ids]);
    }
    // No id holds a space or a colon, so no two answers have the same name.
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

const REMEMBERED = 4096;

/**
 * The same object for the same name: few different verdicts fill many plans, of which they would else be the most. Begins
 * anew when full, so that headers made for it fill nothing.
 */
function createOnce<T>(): (name: string, make: () => T) => T {
  const made = new Map<string, T>();
  return (name, make) => {
    const known = made.get(name);
    if (known !== undefined) return known;
    if (made.size >= REMEMBERED) made.clear();
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
