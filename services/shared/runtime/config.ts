import { readFileSync } from 'node:fs';
import { type Detail, fail } from '../kernel/errors.js';
import { didYouMean } from '../kernel/nearest.js';

/** One setting: how its text is read; `parse` throws with what was expected. */
export interface Field<T> {
  readonly parse: (text: string) => T;
  readonly fallback?: T;
}

type Fields = { readonly [name: string]: Field<unknown> };
type Values<F extends Fields> = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never };

export const text = (fallback?: string): Field<string> => ({
  parse: (value) => value,
  ...(fallback === undefined ? {} : { fallback }),
});

export const whole = (fallback: number, bounds: readonly [number, number]): Field<number> => ({
  parse: (value) => {
    const number = Number(value);
    if (/^[0-9]+$/.test(value) && number >= bounds[0] && number <= bounds[1]) return number;
    throw new Error(`a whole number from ${bounds[0]} to ${bounds[1]}`);
  },
  fallback,
});

/**
 * Reads settings from `LIAISON_*` (or `LIAISON_*_FILE` for what must not stand in the environment).
 * Throws one `config-invalid` with every problem: path, what was expected, the nearest name.
 */
export function readConfig<F extends Fields>(fields: F, env: NodeJS.ProcessEnv): Values<F> {
  const problems: Detail[] = [];
  const values = Object.entries(fields).map(([name, field]) => [
    name,
    readField(name, field, { env, problems }),
  ]);
  if (problems.length === 0) return Object.fromEntries(values) as Values<F>;
  const missing = problems.map((problem) => `\`${problem.path}\`: ${problem.message}`).join('; ');
  throw fail('config-invalid', `configuration: ${missing}`, problems);
}

interface Reading {
  readonly env: NodeJS.ProcessEnv;
  readonly problems: Detail[];
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}

function readField(name: string, field: Field<unknown>, { env, problems }: Reading): unknown {
  const path = `LIAISON_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
  const file = env[`${path}_FILE`];
  const value = env[path] ?? (file === undefined ? undefined : readText(file));
  if (value === null) {
    problems.push({ path: `${path}_FILE`, message: `\`${file}\` cannot be read` });
    return undefined;
  }
  if (value === undefined) {
    if ('fallback' in field) return field.fallback;
    const near = didYouMean(
      path,
      Object.keys(env).filter((key) => key.startsWith('LIAISON_') && key !== path),
    );
    problems.push({ path, message: `missing${near}` });
    return undefined;
  }
  try {
    return field.parse(value);
  } catch (error) {
    problems.push({ path, message: `expected ${(error as Error).message}` });
    return undefined;
  }
}
