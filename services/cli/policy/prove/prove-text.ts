import type { Proof } from '../../../shared/workbench/prove/prove-invariant.js';
import type { Proofs } from '../../../shared/workbench/prove/prove-policies.js';
import { type Output, table } from '../../terminal/output.js';

/** A line for each invariant, and below what breaks it. */
export function proveText({ proofs, cut }: Proofs, { paint, width }: Output): string {
  const { bold, green, red, yellow } = paint;
  const rows = proofs.map(({ id, says, holds, size }) => [
    holds ? green('✓') : red('✗'),
    holds ? id : bold(id),
    size === 0n ? yellow('nothing') : size.toLocaleString('en'),
    says,
  ]);
  const broken = proofs.filter(({ holds }) => !holds);
  const holding = proofs.length - broken.length;
  return [
    table(['', 'invariant', 'decisions', 'says'], rows, { paint, width }),
    ...broken.map((proof) => brokenText(proof, paint)),
    ...cut.map((words) => yellow(`not followed: ${words}`)),
    holding === proofs.length
      ? green(`all ${holding} hold`)
      : red(`${broken.length} of ${proofs.length} do not hold`),
  ].join('\n\n');
}

/** The counterexample on a line of its own, as `policy explain` takes it. */
function brokenText({ id, counterexample }: Proof, { bold, dim, red }: Output['paint']): string {
  if (counterexample === undefined) {
    return `${red('✗')} ${bold(id)}: holds for nothing, because no notice meets its condition`;
  }
  const { from, to, section } = counterexample;
  const what = section === null ? 'the notice' : section;
  return [
    `${red('✗')} ${bold(id)}: broken from ${from} to ${to} for ${what}; \`policy explain\` tells why, given`,
    dim(JSON.stringify(counterexample)),
  ].join('\n');
}
