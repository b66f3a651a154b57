import { readFileSync } from 'node:fs';
import type { Detail } from '../kernel/errors.js';
import { isOrgId, type OrgId } from '../kernel/ids.js';
import { shownValue } from './shown-value.js';

/** One setting. `takes` describes the accepted values for messages; `read` returns undefined for any other text. */
export interface Field<T> {
  readonly takes: string;
  readonly read: (text: string) => T | undefined;
  readonly fallback?: T;
}

/** Settings by their camel-case names. */
export type Fields = { readonly [name: string]: Field<unknown> };
/** The values that these settings give. */
export type Values<F extends Fields> = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never };

/** A setting that takes any text; the empty text only if it is the fallback. */
export function text(takes: string, fallback?: string): Field<string> {
  return {
    takes,
    read: (value) => (value === '' && fallback !== '' ? undefined : value),
    ...(fallback === undefined ? {} : { fallback }),
  };
}

type Bounds = readonly [least: number, most: number];

/** A setting that takes a whole number within the bounds; `unit` is for messages. */
export function whole(fallback: number, [least, most]: Bounds, unit = ''): Field<number> {
  return {
    takes: `a whole number${ofUnit(unit)} from ${least} to ${most}`,
    read: (value) => {
      const number = Number(value);
      return /^[0-9]+$/.test(value) && number >= least && number <= most ? number : undefined;
    },
    fallback,
  };
}

/** A setting that takes a number from 0 to `most`, with at most 6 decimal places; `unit` is for messages. */
export function decimal(fallback: number, most: number, unit: string): Field<number> {
  return {
    takes: `a number${ofUnit(unit)} from 0 to ${most}`,
    read: (value) =>
      /^[0-9]{1,9}(\.[0-9]{1,6})?$/.test(value) && Number(value) <= most ? Number(value) : undefined,
    fallback,
  };
}

function ofUnit(unit: string): string {
  return unit === '' ? '' : ` of ${unit}`;
}

/** A setting that takes one of these words; the first is the fallback. */
export function oneOf<W extends string>(fallback: W, ...others: readonly W[]): Field<W> {
  const words = [fallback, ...others];
  return {
    takes: `one of ${words.join(', ')}`,
    read: (value) => words.find((word) => word === value),
    fallback,
  };
}

/** A setting that takes an `http:` or `https:` address, or `several` with commas; empty only if that is the fallback. */
export function httpAddress(takes: string, fallback?: string, several = false): Field<string> {
  const isAddress = (one: string): boolean =>
    URL.canParse(one) && /^https?:$/.test(new URL(one).protocol) && new URL(one).host !== '';
  return {
    takes,
    read: (value) => {
      const isNone = value === '' && fallback === '';
      return isNone || (several ? value.split(',') : [value]).every(isAddress) ? value : undefined;
    },
    ...(fallback === undefined ? {} : { fallback }),
  };
}

/** A setting for comma-separated host names, converted to lower case; none by default. */
export const hostNames: Field<readonly string[]> = {
  takes: 'comma-separated host names',
  read: (value) => {
    const names = value === '' ? [] : value.toLowerCase().split(',');
    return names.every((name) => /^[a-z0-9._-]{1,253}$/.test(name)) ? names : undefined;
  },
  fallback: [],
};

/** A setting that takes an organisation id. */
export const organisation: Field<OrgId> = {
  takes: 'an organisation id such as `europol`',
  read: (value) => (isOrgId(value) ? value : undefined),
};

/** An organisation that one process serves among others, and the port of its gateway. */
export interface Hosted {
  readonly org: OrgId;
  readonly port: number;
}

/** A setting that takes organisations with their ports: `europol=8081,interpol=8082`; each organisation once. */
export const hosted: Field<readonly Hosted[]> = {
  takes: 'organisations with their ports such as `europol=8081,interpol=8082`',
  read: (value) => {
    const all = value.split(',').map(readHosted);
    const known = all.filter((one) => one !== undefined);
    return known.length === all.length && new Set(known.map(({ org }) => org)).size === all.length
      ? known
      : undefined;
  },
};

function readHosted(text: string): Hosted | undefined {
  const [, org, port = ''] = /^([^=]+)=([0-9]{1,5})$/.exec(text) ?? [];
  return isOrgId(org) && Number(port) <= PORT_RANGE[1] ? { org, port: Number(port) } : undefined;
}

/** The lowest and the highest port; 0 takes any free one. */
export const PORT_RANGE = [0, 65_535] as const;

/** Returns the environment variable of a setting: `LIAISON_NATS_URL` for `natsUrl`. */
export function variableOf(name: string): string {
  return `LIAISON_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** The values of the settings that are valid, and a problem with its variable for each of the others. */
export interface FieldsResult {
  readonly values: Readonly<Record<string, unknown>>;
  readonly problems: readonly Detail[];
}

/** Reads each field from its variable `LIAISON_*`, from the file named in `LIAISON_*_FILE`, or from its fallback. */
export function readFields(fields: Fields, env: NodeJS.ProcessEnv): FieldsResult {
  const problems: Detail[] = [];
  const read = Object.entries(fields).map(([name, field]) => {
    const found = readField(name, field, env);
    if ('problem' in found) problems.push(found.problem);
    return [name, 'problem' in found ? undefined : found.value] as const;
  });
  return { values: Object.fromEntries(read.filter(([, value]) => value !== undefined)), problems };
}

type Found = { readonly value: unknown } | { readonly problem: Detail };

function readField(name: string, field: Field<unknown>, env: NodeJS.ProcessEnv): Found {
  const path = variableOf(name);
  const [given, file] = [env[path], env[`${path}_FILE`]];
  if (given !== undefined) return take(field, given, { path, got: `got \`${shownValue(path, given)}\`` });
  if (file !== undefined) {
    const held = readText(file);
    const place = { path: `${path}_FILE`, got: `\`${file}\` holds something else` };
    if (held !== undefined) return take(field, held, place);
    return { problem: { path: place.path, message: `\`${file}\` cannot be read` } };
  }
  if ('fallback' in field) return { value: field.fallback };
  return { problem: { path, message: `missing, expected ${field.takes}` } };
}

interface GivenValue {
  readonly path: string;
  /** Describes the value for a message; never quotes the content of a file, which may be a secret. */
  readonly got: string;
}

function take(field: Field<unknown>, given: string, { path, got }: GivenValue): Found {
  const value = field.read(given);
  if (value !== undefined) return { value };
  return { problem: { path, message: `${got}, expected ${field.takes}` } };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}
