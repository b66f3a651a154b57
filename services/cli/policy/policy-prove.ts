import { fail } from '../../shared/kernel/errors.js';
import { readTextOrThrow } from '../../shared/policy/load/rule-files.js';
import { digest } from '../../shared/trust/digest.js';
import { type Invariant, parseInvariants } from '../../shared/workbench/prove/invariant-file.js';
import type { InvariantProof } from '../../shared/workbench/prove/prove-invariant.js';
import { type Proofs, provePolicies } from '../../shared/workbench/prove/prove-policies.js';
import { openWorkspace, type Workspace } from '../../shared/workbench/workspace.js';
import { withPolicies } from '../home/policies-folder.js';
import { EXIT, type ExitCode } from '../terminal/exit-codes.js';
import { type Output, table } from '../terminal/output.js';
import type { Verb, Call } from '../verb.js';

interface ProveOptions {
  readonly policies: string;
}

export const verb: Verb<ProveOptions> = {
  configure: withPolicies,
  examples: [
    [
      'policy prove',
      'proves every invariant for all notices and routes; exits with 1 and a counterexample if one fails',
    ],
    ['policy prove --policies draft --json', 'for another folder, as one line of JSON'],
  ],
  run: runPolicyProve,
};

async function runPolicyProve({ options, output }: Call<ProveOptions>): Promise<ExitCode> {
  const workspace = openWorkspace(options.policies, digest);
  const proofs = provePolicies(workspace, readInvariants(workspace));
  output.show(proveDocument(proofs), () => proveText(proofs, output));
  return proofs.holds ? EXIT.yes : EXIT.no;
}

const FILE = 'federation/invariants.yaml';

/** Reads the invariants of the folder. Throws `usage` without the file, and the errors of `parseInvariants`. */
function readInvariants({ folder, sets }: Workspace): readonly Invariant[] {
  const text = readTextOrThrow(folder, FILE);
  if (text === undefined) throw fail('usage', `no \`${FILE}\` in the folder of policies`);
  return parseInvariants({ path: FILE, text }, sets.schema);
}

/** The output of `policy prove --json`. Sizes are numbers, exact up to 2⁵³. */
function proveDocument({ holds, proofs, cut }: Proofs): object {
  const invariants = proofs.map(({ size, ...proof }) => ({
    ...proof,
    size: Number(size),
    ...(size === 0n ? { vacuous: true } : {}),
  }));
  return { holds, complete: cut.length === 0, cut, invariants };
}

/** Formats one line for each invariant, then the counterexample of each that fails. */
function proveText({ proofs, cut }: Proofs, { paint, width }: Output): string {
  const { bold, green, red, yellow } = paint;
  const rows = proofs.map(({ id, says, joining = [], holds, size }) => [
    holds ? green('✓') : red('✗'),
    holds ? id : bold(id),
    size === 0n ? yellow('nothing') : size.toLocaleString('en'),
    joining.length === 0 ? says : `${says} (not demanded yet of ${joining.join(', ')})`,
  ]);
  const broken = proofs.filter(({ holds }) => !holds);
  const holding = proofs.length - broken.length;
  return [
    table(['', 'invariant', 'decisions', 'says'], rows, { paint, width }),
    ...broken.map((proof) => brokenText(proof, paint)),
    ...cut.map((words) => yellow(`not explored: ${words}`)),
    holding === proofs.length
      ? green(`all ${holding} hold`)
      : red(`${broken.length} of ${proofs.length} do not hold`),
  ].join('\n\n');
}

/** Formats a counterexample on its own line, as input for `policy explain`. */
function brokenText({ id, counterexample }: InvariantProof, { bold, dim, red }: Output['paint']): string {
  if (counterexample === undefined) {
    return `${red('✗')} ${bold(id)}: applies to nothing, because no notice meets its condition`;
  }
  const { from, to, section } = counterexample;
  const what = section === null ? 'the notice' : section;
  return [
    `${red('✗')} ${bold(id)}: broken from ${from} to ${to} for ${what}; \`policy explain\` shows why, given`,
    dim(JSON.stringify(counterexample)),
  ].join('\n');
}
