import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

export interface Reference {
  readonly $ref: string;
}

export interface Parameter {
  readonly enum?: readonly string[];
  readonly examples?: readonly string[];
  readonly 'x-pattern'?: string;
}

export interface Channel {
  readonly address: string;
  readonly servers: readonly Reference[];
  readonly parameters?: Readonly<Record<string, Reference>>;
  readonly messages: Readonly<Record<string, Reference>>;
}

interface Operation {
  readonly action: 'send' | 'receive';
  readonly channel: Reference;
  readonly tags: readonly { readonly name: string }[];
}

interface Message {
  readonly name: string;
  readonly contentType?: string;
  readonly 'x-protobuf-message'?: string;
  readonly examples?: readonly { readonly name: string; readonly payload: Json }[];
}

type Json = Readonly<Record<string, unknown>>;

export interface Page {
  readonly channels: Readonly<Record<string, Channel>>;
  readonly operations: Readonly<Record<string, Operation>>;
  readonly components: {
    readonly parameters: Readonly<Record<string, Parameter>>;
    readonly messages: Readonly<Record<string, Message>>;
    readonly schemas: Readonly<Record<string, Json>>;
  };
}

const text = readFileSync(new URL('../../docs/asyncapi.yaml', import.meta.url), 'utf8');

/** `docs/asyncapi.yaml` as data. */
export const page = parse(text) as Page;

/** The last name of a reference. */
export const named = ({ $ref }: Reference): string => $ref.split('/').at(-1) ?? '';

/** The parameters of a channel, in the order of its address. */
export function parametersOf({
  address,
  parameters = {},
}: Channel): readonly (readonly [string, Parameter])[] {
  return [...address.matchAll(/\{([^}]+)\}/g)].map(([, name = '']) => {
    const parameter = page.components.parameters[named(parameters[name] ?? { $ref: '' })];
    if (parameter === undefined) throw new Error(`${address}: {${name}} is not described`);
    return [name, parameter];
  });
}

/** The address with a value in each place. */
export function fill(channel: Channel, valueOf: (name: string, parameter: Parameter) => string): string {
  return parametersOf(channel).reduce(
    (address, [name, parameter]) => address.replace(`{${name}}`, () => valueOf(name, parameter)),
    channel.address,
  );
}
