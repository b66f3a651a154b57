import { readFileSync, statSync } from 'node:fs';
import { fail } from '../kernel/errors.js';
import { writeWhole } from '../kernel/write-whole.js';

/** The names of created streams and consumers, `<account>/<stream>[/<consumer>]`, with the epoch of their stream. */
export type Marker = Map<string, string>;

/** Reads what was provisioned; empty where there is no file. Throws `config-invalid`. */
export function readMarker(path: string): Marker {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return new Map();
  const { provisioned } = Object(JSON.parse(readFileSync(path, 'utf8'))) as {
    readonly provisioned?: unknown;
  };
  const made = Array.isArray(provisioned) ? [] : Object.entries(Object(provisioned) as object);
  if (made.length > 0 && made.every(([, epoch]) => typeof epoch === 'string')) return new Map(made);
  // An empty marker would create every stream again, over data that may only be hidden.
  throw fail('config-invalid', `\`${path}\` does not list what was provisioned with its epochs`);
}

/** Replaces the file. */
export function writeMarker(path: string, made: Marker): void {
  const sorted = [...made].toSorted(([a], [b]) => (a < b ? -1 : 1));
  writeWhole(path, JSON.stringify({ provisioned: Object.fromEntries(sorted) }, undefined, 2));
}

/** Removes what lies below these names, each `<account>` or `<account>/<stream>`: its loss is intended. */
export function forgetProvisioned(path: string, names: readonly string[]): void {
  const made = readMarker(path);
  const left = [...made].filter(([one]) => !names.some((name) => one === name || one.startsWith(`${name}/`)));
  if (left.length < made.size) writeMarker(path, new Map(left));
}
