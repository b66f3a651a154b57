import type { Command } from 'commander';
import { seedOf } from '../../../shared/kernel/chance.js';
import type { PolicySets } from '../../../shared/policy/policies.js';
import { hexDigest } from '../../../shared/trust/digest.js';
import { type AnalysisState, verdictState } from '../../../shared/workbench/recheck/recheck-document.js';
import { seedOfRules } from '../../../shared/workbench/recheck/seed.js';
import type { Output } from '../../terminal/output.js';

/** The options of a verb whose analysis is rechecked. */
export interface RecheckChoices {
  readonly seed?: string;
  readonly allowIncomplete?: boolean;
}

/** Adds `--seed` and `--allow-incomplete`. */
export function withRecheck(command: Command): Command {
  return command
    .option('--seed <text>', 'check the analysis at the same random notices as another run with this seed')
    .option('--allow-incomplete', 'give a verdict although some conditions were not analysed');
}

/** Returns the seed: the given one, else that of the rules, so that the output depends on them alone. */
export function seedFor({ seed }: RecheckChoices, versions: readonly PolicySets[]): number {
  return seed === undefined ? seedOfRules(versions, hexDigest) : seedOf(seed);
}

/** Returns whether the verdict must be withheld; notes when it is given for an incomplete analysis. */
export function isWithheld(
  state: AnalysisState,
  { allowIncomplete }: RecheckChoices,
  output: Output,
): boolean {
  const verdict = verdictState(state);
  if (verdict !== 'incomplete') return verdict === 'contradicted';
  if (allowIncomplete !== true) return true;
  output.note(
    'the analysis is incomplete: the verdict says nothing about the conditions that were not analysed',
  );
  return false;
}
