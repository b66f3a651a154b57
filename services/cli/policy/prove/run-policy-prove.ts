import { fail } from '../../../shared/kernel/errors.js';
import { textOf } from '../../../shared/policy/load/rule-files.js';
import { type Invariant, parseInvariants } from '../../../shared/workbench/prove/invariant-file.js';
import { type Proofs, provePolicies } from '../../../shared/workbench/prove/prove-policies.js';
import { openWorkspace, type Workspace } from '../../../shared/workbench/workspace.js';
import { digest } from '../../../shared/trust/digest.js';
import { EXIT, type ExitCode } from '../../terminal/exit-codes.js';
import type { Call } from '../../verb.js';
import { proveText } from './prove-text.js';

export interface ProveOptions {
  readonly policies: string;
}

export async function runPolicyProve({ options, output }: Call<ProveOptions>): Promise<ExitCode> {
  const workspace = openWorkspace(options.policies, digest);
  const proofs = provePolicies(workspace, readInvariants(workspace));
  output.show(proveDocument(proofs), () => proveText(proofs, output));
  return proofs.holds ? EXIT.yes : EXIT.no;
}

const FILE = 'federation/invariants.yaml';

/** Throws `usage` without the file, and what `parseInvariants` throws. */
function readInvariants({ folder, sets }: Workspace): readonly Invariant[] {
  const text = textOf(folder, FILE);
  if (text === undefined) throw fail('usage', `no \`${FILE}\` in the folder of policies`);
  return parseInvariants({ path: FILE, text }, sets.schema);
}

/** `policy prove --json`. Sizes are numbers, exact up to 2⁵³. */
function proveDocument({ holds, proofs, cut }: Proofs): object {
  const invariants = proofs.map(({ size, ...proof }) => ({
    ...proof,
    size: Number(size),
    ...(size === 0n ? { vacuous: true } : {}),
  }));
  return { holds, complete: cut.length === 0, cut, invariants };
}
