import type { Attributes } from '../../notice/attributes.js';
import { SECTIONS } from '../../notice/kinds.js';
import type { Bindings } from '../../policy/compile/term.js';
import type { AttributeShape, Schema } from '../../policy/schema.js';
import { createBind } from '../explain/bind.js';
import { type ConditionLeaf, readsPath } from '../explain/leaves.js';
import type { Parties } from '../map/parties.js';

/**
 * A part of a question that varies, `resource.kind` or `context.section`, with its possible values; undefined is
 * absent.
 */
export interface Choice {
  readonly path: string;
  readonly values: readonly unknown[];
}

/** The chosen value of each varying part, by path; the rest of the question is arbitrary. */
export type Point = ReadonlyMap<string, unknown>;

/** Classes of values that some rules cannot distinguish. */
export interface Classes {
  /** Returns the variables of rules at a point; undefined when they do not fit the schema. */
  readonly bindings: (parties: Parties, point: Point) => Bindings | undefined;
  /** Returns the results of the leaves for one value; undefined when a leaf reads another attribute along with it. */
  readonly signature: (parties: Parties, path: string, value: unknown) => string | undefined;
  /** Returns one value of each class that the leaves distinguish. */
  readonly oneOfEach: (parties: Parties, choice: Choice) => Choice;
}

interface ClassesParams {
  readonly shape: readonly AttributeShape[];
  readonly leaves: readonly ConditionLeaf[];
  readonly withSection: boolean;
}

/** Returns classes, found by evaluating the leaves of some rules for each value of an attribute. */
export function createClasses(schema: Schema, { shape, leaves, withSection }: ClassesParams): Classes {
  const bind = createBind(schema);
  const base = baseOf(shape);
  const kept = new Map<string, readonly unknown[]>();
  const bindings = ({ originator, recipient }: Parties, point: Point): Bindings | undefined => {
    const written = [...point].reduce(withValue, { ...base, originator });
    const asked = { recipient, notice: written as unknown as Attributes };
    if (!withSection) return bind({ ...asked, permission: 'receive' });
    return bind({
      ...asked,
      permission: 'disclose',
      section: String(point.get('context.section') ?? SECTIONS[0]),
    });
  };
  const signature = (parties: Parties, path: string, value: unknown): string | undefined => {
    const mine = leaves.filter((leaf) => readsPath(leaf, path));
    if (!mine.every(({ paths }) => paths.every((other) => other === path || isOfParties(other))))
      return undefined;
    const bound = bindings(parties, new Map([[path, value]]));
    return bound && mine.map(({ term }) => String(term(bound))).join();
  };
  const oneOfEach = (parties: Parties, { path, values }: Choice): Choice => {
    const isRelative = leaves.some((leaf) => readsPath(leaf, path) && leaf.paths.some(isOfParties));
    const key = JSON.stringify([path, values, isRelative ? parties : null]);
    const classes = kept.get(key) ?? [
      ...new Map(
        values.map((value) => [signature(parties, path, value) ?? JSON.stringify([value]), value]),
      ).values(),
    ];
    kept.set(key, classes);
    return { path, values: classes };
  };
  return { bindings, signature, oneOfEach };
}

function isOfParties(path: string): boolean {
  return path === 'principal' || path.startsWith('principal.') || path === 'resource.originator';
}

type Written = Readonly<Record<string, unknown>>;

/** Returns an arbitrary notice: the first word of each attribute. */
function baseOf(shape: readonly AttributeShape[]): Written {
  return shape.reduce<Written>((notice, { path, form, words }) => {
    const value = form === 'flag' ? false : form === 'set' ? [] : words[0];
    return withValue(notice, [`resource.${path}`, value]);
  }, {});
}

function withValue(notice: Written, [path, value]: readonly [string, unknown]): Written {
  const [variable, name = '', inner] = path.split('.');
  if (variable !== 'resource') return notice;
  if (inner === undefined) return { ...notice, [name]: value };
  return { ...notice, [name]: { ...(notice[name] as Written | undefined), [inner]: value } };
}
