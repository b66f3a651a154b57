import type { GateFinding } from '../../../shared/workbench/gate/verdict.js';
import { EXIT, type ExitCode } from '../../terminal/exit-codes.js';

/** Returns the exit code of policies that are not adopted: an analysis without a verdict counts before a loosening. */
export function exitCodeOfFindings(findings: readonly Pick<GateFinding, 'condition'>[]): ExitCode {
  const has = (...conditions: readonly string[]): boolean =>
    findings.some(({ condition }) => conditions.includes(condition));
  if (has('incomplete', 'contradicted')) return EXIT.incomplete;
  return has('loosening') ? EXIT.loosening : EXIT.no;
}
