import { isJsonObject } from '../kernel/json-object.js';
import { didYouMean } from '../kernel/nearest.js';
import type { Fault } from './draft-faults.js';

/**
 * Returns a fault for each addressee or excluded organisation that is no member, because a misspelt name would exclude no
 * one, and for each that is in both lists. Values that are not lists are left to the schema.
 */
export function memberFaults(header: unknown, members: readonly string[]): readonly Fault[] {
  const { addressees, excluded } = isJsonObject(header) ? header : {};
  const isMember = (name: string): boolean => members.includes(name);
  const stranger = (name: string): string => `no member${didYouMean(name, members)}`;
  const out = new Set(namesIn(excluded));
  return [
    ...among('addressees', addressees, {
      isWrong: (name) => out.has(name) || !isMember(name),
      why: (name) => (out.has(name) ? 'among the excluded as well' : stranger(name)),
    }),
    ...among('excluded', excluded, { isWrong: (name) => !isMember(name), why: stranger }),
  ];
}

interface Judging {
  readonly isWrong: (name: string) => boolean;
  readonly why: (name: string) => string;
}

function among(list: string, names: unknown, { isWrong, why }: Judging): readonly Fault[] {
  return namesIn(names).flatMap((name, index) => {
    const path = `/header/${list}/${index}`;
    return isWrong(name) ? [{ key: path, tell: () => ({ path, message: why(name) }) }] : [];
  });
}

/** Returns the entries as texts; an entry that is no text keeps its index. */
function namesIn(list: unknown): readonly string[] {
  return Array.isArray(list) ? list.map(String) : [];
}
