import type { Rule } from '../../policy/rule.js';
import { type AttributeType, recordType, type Schema, vocabularyOf } from '../../policy/schema.js';
import type { ActionScope, AttributeTypes, ValueType, Vocabulary } from './vocabulary.js';

/** A common type may name another; deeper chains end as a plain type. */
const MAX_DEPTH = 16;

/** Returns what rules may name by this schema, with the obligations of these rules. */
export function readVocabulary(schema: Schema, rules: readonly Pick<Rule, 'obligation'>[]): Vocabulary {
  const types = Object.keys(schema['']?.entityTypes ?? {});
  const words = types.flatMap((type) => {
    const all = vocabularyOf(schema, type);
    return all === undefined ? [] : [[type, all] as const];
  });
  const isOpen = (type: string): boolean => !words.some(([enumerated]) => enumerated === type);
  const resolver = createResolver(schema, types);
  const actions = Object.entries(schema['']?.actions ?? {});
  return {
    words: Object.fromEntries(words),
    entities: Object.fromEntries(
      types.filter(isOpen).map((type) => [type, resolver.typesOfAttributes(recordType(schema, type), 0)]),
    ),
    actions: Object.fromEntries(
      actions.map(([name, { appliesTo }]) => [name, actionScope(appliesTo, resolver)]),
    ),
    obligations: [...new Set(rules.flatMap(({ obligation }) => obligation ?? []))].toSorted(),
  };
}

interface AppliesTo {
  readonly principalTypes: readonly string[];
  readonly resourceTypes: readonly string[];
  readonly context?: unknown;
}

function actionScope(appliesTo: AppliesTo | null | undefined, resolver: Resolver): ActionScope {
  const { principalTypes = [], resourceTypes = [], context } = appliesTo ?? {};
  const type = context === undefined ? undefined : resolver.typeOf(context as AttributeType, 0);
  return {
    principal: principalTypes,
    resource: resourceTypes,
    context: type?.form === 'record' ? type.attributes : {},
  };
}

interface Resolver {
  readonly typeOf: (type: AttributeType, depth: number) => ValueType;
  readonly typesOfAttributes: (
    attributes: Readonly<Record<string, AttributeType>>,
    depth: number,
  ) => AttributeTypes;
}

/** Resolves the names of common types. */
function createResolver(schema: Schema, entityTypes: readonly string[]): Resolver {
  const common = (schema['']?.commonTypes ?? {}) as Readonly<Record<string, unknown>>;
  const typeOf: Resolver['typeOf'] = ({ type, name = type, element, attributes }, depth) => {
    if (depth > MAX_DEPTH) return { form: 'plain', type: name };
    if (type === 'Set' && element !== undefined) return { form: 'set', of: typeOf(element, depth + 1) };
    if (type === 'Record')
      return { form: 'record', attributes: typesOfAttributes(attributes ?? {}, depth + 1) };
    if (Object.hasOwn(common, name)) return typeOf(common[name] as AttributeType, depth + 1);
    return entityTypes.includes(name) ? { form: 'entity', type: name } : { form: 'plain', type: name };
  };
  const typesOfAttributes: Resolver['typesOfAttributes'] = (attributes, depth) =>
    Object.fromEntries(
      Object.entries(attributes).map(([name, type]) => [
        name,
        { type: typeOf(type, depth), optional: type.required === false },
      ]),
    );
  return { typeOf, typesOfAttributes };
}
