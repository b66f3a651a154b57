import type { Kind } from './kinds.js';
import { schemas } from './generated/schemas.js';

/** The values that the schema of a kind allows for the header attributes that policy reads. */
export interface HeaderLimits {
  /**
   * Allowed words by attribute: an empty list if the kind never has the attribute, no entry if any word is
   * allowed.
   */
  readonly words: Readonly<Record<string, readonly string[]>>;
  readonly required: readonly string[];
  /** True if no handling code is allowed. */
  readonly codesEmpty: boolean;
}

interface Property {
  readonly enum?: readonly string[];
  readonly const?: string;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Property | false>>;
}

interface KindSchema {
  readonly $id: string;
  readonly properties: {
    readonly header: {
      readonly properties: Readonly<Record<string, Property | false>>;
      readonly required: readonly string[];
    };
  };
}

/** Returns the limits of a kind. Source: `proto/schema/kind-<kind>.schema.json`. */
export function headerLimits(kind: Kind): HeaderLimits {
  const name = `kind-${kind}.schema.json`;
  const found = schemas.find((schema) => (schema as { readonly $id: string }).$id === name);
  if (found === undefined) throw new Error(`no schema \`${name}\``);
  const { properties, required } = (found as KindSchema).properties.header;
  const words = Object.entries(properties).flatMap(([attribute, property]) => {
    if (property === false) return [[attribute, []] as const];
    const allowed = property.enum ?? (property.const === undefined ? undefined : [property.const]);
    return allowed === undefined ? [] : [[attribute, allowed] as const];
  });
  const { handling } = properties;
  const codes = handling ? handling.properties?.['codes'] : undefined;
  return {
    words: Object.fromEntries(words),
    required,
    codesEmpty: codes !== undefined && codes !== false && codes.maxItems === 0,
  };
}
