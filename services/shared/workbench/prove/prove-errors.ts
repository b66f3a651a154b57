import type { Layer, Permission } from '../../policy/engine.js';
import type { Route } from '../diff/compare-route.js';
import type { Query, Version } from '../space/answers.js';
import type { Counterexample } from '../space/counterexample.js';
import type { Outcome } from '../space/outcome.js';
import { questionsOf } from '../space/route-questions.js';
import type { Space } from '../space/space.js';

/** A rule that cannot be evaluated for some notice, which denies. */
export interface ErringRule {
  /** Null when no rule is evaluated, because the recipient's facts do not fit the schema. */
  readonly rule: string | null;
  /** `europol/export.cedar:12:1`; the name of the set where there is no rule. */
  readonly place: string;
  readonly layer: Layer;
  readonly permission: Permission;
  /** The plainest notice for which it errs. */
  readonly counterexample: Counterexample;
}

interface ErringRulesParams {
  readonly space: Space;
  readonly version: Version;
  readonly routes: readonly Route[];
}

/** The id under which a question that does not fit the schema is counted: no rule was evaluated. */
const UNFIT = '';
const errorsIn = ({ errors, unfit }: Outcome): readonly string[] => (unfit === true ? [UNFIT] : errors);

/**
 * Returns every rule that errs for some notice on some route, once each; empty when it is proven that none
 * does.
 */
export function erringRules({ space, version, routes }: ErringRulesParams): readonly ErringRule[] {
  const found = new Map<string, ErringRule & { readonly distance: number }>();
  const add = (erring: ErringRule & { readonly distance: number }): void => {
    const key = erring.rule ?? `set ${erring.place}`;
    const known = found.get(key);
    if (known === undefined || erring.distance < known.distance) found.set(key, erring);
  };
  for (const { query, sets } of routes.flatMap(questionsOf)) {
    for (const { layer, name } of sets) {
      for (const { rule, ...reached } of errorsOf(query, { space, version, layer })) {
        const place = rule === null ? name : (version.sets.rules.get(rule)?.place ?? name);
        add({ rule, place, layer, permission: query.permission, ...reached });
      }
    }
  }
  return [...found.values()].map(({ distance: _distance, ...erring }) => erring);
}

interface LayerParams extends Pick<ErringRulesParams, 'space' | 'version'> {
  readonly layer: Layer;
}

function errorsOf(query: Query, { space, version, layer }: LayerParams) {
  const { originator: from, recipient: to, section } = query;
  const errors = space.diagrams.map(errorsIn, space.answersOf(version).layer(layer, query));
  if (errors === space.diagrams.leaf<readonly string[]>([])) return [];
  return space.reach(errors, [query]).flatMap((reach) =>
    reach.value.map((id) => ({
      rule: id === UNFIT ? null : id,
      distance: reach.distance,
      counterexample: { header: reach.witness, from, to, section: section ?? null },
    })),
  );
}
