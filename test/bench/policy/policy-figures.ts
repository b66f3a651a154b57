import type { Figure } from '../measurement.js';
import { once } from '../figures.js';
import type { Compared } from './policy-rounds.js';
import type { PolicyResult } from './run-bench-policy.js';

/** The figures in the form of every bench. */
export function policyFigures({ decision, notices, plans, diff, memory }: PolicyResult): readonly Figure[] {
  const kib = (name: string, slope: number): Figure => ({ name, unit: 'KiB a reload', value: once(slope) });
  return [
    ...pairOf('one decision', decision),
    ...notices.flatMap(({ organisations, ...compared }) =>
      pairOf(`a notice, ${organisations} members`, compared),
    ),
    { name: 'plan look-up', unit: 'CPU µs', value: plans.lookUp, headline: true },
    { name: 'plan look-up and its decisions', unit: 'CPU µs', value: plans.repeated },
    { name: 'exhaustive diff', unit: 'decisions/s', value: diff.perSecond },
    kib('memory, every rule compiled', memory.compiled.slope),
    kib('memory, a rule left to Cedar', memory.interpreted.slope),
  ];
}

function pairOf(what: string, { compiled, cedar, ratio }: Compared): readonly Figure[] {
  const name = `${what}, compiled`;
  return [
    { name, unit: 'CPU µs', value: compiled, headline: true },
    { name: `${what}, cedar-wasm`, unit: 'CPU µs', value: cedar, ratio: { to: name, ...ratio } },
  ];
}
