/** The type of an expression, as far as completion and hover follow it. */
export type ValueType =
  | { readonly form: 'entity'; readonly type: string }
  | { readonly form: 'set'; readonly of: ValueType }
  | { readonly form: 'record'; readonly attributes: AttributeTypes }
  /** `Bool`, `Long`, `String` or an extension type. */
  | { readonly form: 'plain'; readonly type: string };

/** The attributes of a record or of an entity type, by name. */
export type AttributeTypes = Readonly<
  Record<string, { readonly type: ValueType; readonly optional: boolean } | undefined>
>;

/** What an action applies to. */
export interface ActionScope {
  readonly principal: readonly string[];
  readonly resource: readonly string[];
  readonly context: AttributeTypes;
}

/** What the rules of a folder may name: the schema, with the vocabularies that the directory fills. Plain data. */
export interface Vocabulary {
  /** The words of each enumerated entity type. */
  readonly words: Readonly<Record<string, readonly string[] | undefined>>;
  /** The attributes of each other entity type. */
  readonly entities: Readonly<Record<string, AttributeTypes | undefined>>;
  readonly actions: Readonly<Record<string, ActionScope | undefined>>;
  /** The obligations that rules of the folder have. */
  readonly obligations: readonly string[];
}

/** Formats a type as in a schema: `Set<Group>`, `PersonStatus`, `{ source, information }`. */
export function typeText(type: ValueType): string {
  switch (type.form) {
    case 'entity':
    case 'plain':
      return type.type;
    case 'set':
      return `Set<${typeText(type.of)}>`;
    case 'record':
      return `{ ${Object.keys(type.attributes).join(', ')} }`;
  }
}
