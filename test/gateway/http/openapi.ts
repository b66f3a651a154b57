import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { expect } from 'vitest';
import type { Json, Started } from '../start-gateway.js';

export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

interface Answer {
  readonly description: string;
  readonly headers?: Readonly<Record<string, { readonly schema: Schema }>>;
  readonly content: Readonly<Record<string, { readonly schema: Schema; readonly example?: unknown }>>;
}

export interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly security?: readonly { readonly bearer: readonly string[] }[];
  readonly requestBody?: { readonly content: Answer['content'] };
  readonly responses: Readonly<Record<string, Answer>>;
  readonly 'x-events'?: Readonly<Record<string, { readonly data: Schema }>>;
}

export type Options = Parameters<Started['call']>[2] & { readonly at?: Started };

/** The OpenAPI document of a running gateway, and checks of answers against it. */
export interface Described {
  readonly operations: readonly { readonly route: string; readonly operation: Operation }[];
  readonly schemas: Readonly<Record<string, Schema>>;
  /** Faults of a value by a schema of the document. */
  faultsOf(schema: Schema, value: unknown): readonly unknown[];
  /** Calls a route and checks the answer against the document: status, type, headers and body. */
  call(route: string, path: string, options?: Options): Promise<Answered>;
  /** Properties and enumerated words that no successful answer had, without those inside notices. */
  unseen(): readonly string[];
  /** Checks an event of a stream against the document. */
  event(route: string, name: string, data: unknown): void;
}

export interface Answered {
  readonly status: number;
  readonly type: string;
  readonly body: Json;
}

/** Places in the document where an object may be open. */
export function open(schema: Schema, place: string): readonly string[] {
  const { properties = {}, items, additionalProperties: more, anyOf = [], allOf = [] } = schema;
  const isObject = schema.type === 'object' && allOf.length === 0;
  const inner = [
    ...Object.entries(properties),
    ...(typeof more === 'object' ? [['*', more] as const] : []),
    ...[items ?? {}, ...anyOf, ...allOf].map((one) => ['', one] as const),
  ];
  return [
    ...(isObject && more === undefined ? [place] : []),
    ...(more === true ? [place] : []),
    ...inner.flatMap(([name, one]) => (Object.keys(one).length === 0 ? [] : open(one, `${place}.${name}`))),
  ];
}

/** Headers of the connection, not of the answer. */
const TRANSPORT = ['connection', 'content-length', 'content-type', 'date', 'keep-alive', 'transfer-encoding'];
/** Components inside notices, what policy reads of one, and evidence, whose verifier has tests of its own. */
const NOTICE = new Set([
  'breakGlass',
  'evidence-pack',
  'evidence-file',
  'evidence-list',
  'owed-claim',
  'attributes',
  'header',
  'sections',
  'draft',
  'problem',
  'section',
  'kind',
]);

export async function describedBy(gateway: Started): Promise<Described> {
  const document = (await gateway.call('GET', '/docs/json')).body;
  const { paths, components } = document as unknown as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
    readonly components: { readonly schemas: Described['schemas'] };
  };
  const { schemas } = components;
  const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true, verbose: false });
  formats.default(ajv);
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      route: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  );
  const [had, named] = [new Set<string>(), { schemas }];
  const compiled = new Map<Schema, ValidateFunction>();
  const faultsOf = (schema: Schema, value: unknown): readonly unknown[] => {
    const validate = compiled.get(schema) ?? ajv.compile({ ...schema, components });
    compiled.set(schema, validate);
    validate(value);
    return validate.errors ?? [];
  };
  ajv.addKeyword('components');
  const hold = (about: string, schema: Schema, value: unknown): void => {
    expect(faultsOf(schema, value), `${about} ${JSON.stringify(value)}`).toEqual([]);
    walk({ name: about, schema, values: [value] }, { ...named, see: (place) => had.add(place) });
  };
  const find = (route: string): Operation | undefined =>
    operations.find((one) => one.route === route)?.operation;
  return {
    operations,
    schemas,
    faultsOf,
    call: async (route, path, { at = gateway, ...options } = {}) => {
      const { status, body, headers } = await at.call(route.split(' ')[0] ?? '', path, options);
      const type = headers.get('content-type')?.split(';')[0] ?? '';
      const about = `${route} ${status}`;
      const answer = find(route)?.responses[status];
      expect(answer?.content[type], `${about} ${type} ${JSON.stringify(body)}`).toBeDefined();
      hold(about, answer?.content[type]?.schema ?? {}, body);
      const sent = [...headers].filter(([name]) => !TRANSPORT.includes(name));
      expect(sent.map(([name]) => name).toSorted(), about).toEqual(
        Object.keys(answer?.headers ?? {}).toSorted(),
      );
      for (const [name, value] of sent)
        expect(faultsOf(answer?.headers?.[name]?.schema ?? {}, value)).toEqual([]);
      return { status, type, body };
    },
    event: (route, name, data) =>
      hold(`${route} ${name}`, find(route)?.['x-events']?.[name]?.data ?? {}, data),
    unseen: () => {
      const declared = new Set<string>();
      for (const { route, operation } of operations) {
        const good = Object.entries(operation.responses).filter(([status]) => status.startsWith('2'));
        const answers = good.flatMap(([status, { content }]) =>
          Object.values(content).map(({ schema }) => ({ name: `${route} ${status}`, schema })),
        );
        const events = Object.entries(operation['x-events'] ?? {}).map(([name, { data }]) => ({
          name: `${route} ${name}`,
          schema: data,
        }));
        for (const one of [...answers, ...events])
          walk(one, { ...named, see: (place) => declared.add(place) });
      }
      return [...declared].filter((place) => !had.has(place)).toSorted();
    },
  };
}

interface Walked {
  readonly name: string;
  readonly schema: Schema;
  /** The value there; undefined: any. */
  readonly values?: readonly unknown[] | undefined;
}

interface Walking {
  readonly schemas: Described['schemas'];
  readonly see: (place: string) => void;
}

/** Visits each property that the values have or may have, and each enumerated word. */
function walk({ name, schema, values }: Walked, walking: Walking): void {
  const { $ref, properties = {}, items, additionalProperties, anyOf = [], enum: words = [] } = schema;
  if (values?.length === 0) return;
  const refers = $ref?.replace('#/components/schemas/', '');
  if (refers !== undefined) {
    const next = walking.schemas[refers];
    if (next !== undefined && !NOTICE.has(refers)) walk({ name: refers, schema: next, values }, walking);
    return;
  }
  for (const word of words) if (values?.includes(word) ?? true) walking.see(`${name}: ${String(word)}`);
  for (const one of anyOf) walk({ name, schema: one, values }, walking);
  for (const [property, inner] of Object.entries(properties)) {
    const there = values?.filter((value) => Object.hasOwn(Object(value), property));
    if (there?.length === 0) continue;
    walking.see(`${name}.${property}`);
    const inside = there?.map((value) => (value as Json)[property]);
    walk({ name: `${name}.${property}`, schema: inner, values: inside }, walking);
  }
  if (items !== undefined) walk({ name, schema: items, values: values?.flat() }, walking);
  if (typeof additionalProperties === 'object') {
    const inside = values?.flatMap((value) => Object.values(Object(value)));
    walk({ name, schema: additionalProperties, values: inside }, walking);
  }
}
