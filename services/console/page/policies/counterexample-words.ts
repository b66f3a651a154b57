import type { ShownChange } from '../../policies/shown-policies.js';

/** `a red notice of europol to gccpol (tlp amber, codes A, B), its section biometrics`. */
export function counterexampleWords({ header, from, to, section }: ShownChange['counterexample']): string {
  const { originator: _originator, kind, ...rest } = header as Readonly<Record<string, unknown>>;
  const facts = Object.entries(rest).flatMap(([name, value]) => {
    const words = wordsOf(value);
    return words === '' ? [] : [`${spaced(name)} ${words}`];
  });
  const about = facts.length === 0 ? '' : ` (${facts.join('; ')})`;
  return `a ${String(kind)} notice of ${from} to ${to}${about}${section === null ? '' : `, its section ${section}`}.`;
}

function wordsOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(String).join(', ');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value !== 'object' || value === null) return String(value ?? '');
  return Object.entries(value)
    .map(([name, inner]) => `${spaced(name)} ${wordsOf(inner)}`)
    .join(', ');
}

/** `personStatus` as people write it. */
const spaced = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
