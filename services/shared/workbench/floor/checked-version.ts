import { createCedarSlots } from '../../policy/cedar/cedar-engine.js';
import { createCompiledEngine } from '../../policy/compiled-engine.js';
import type { PolicySets } from '../../policy/policies.js';
import type { Answers, Version } from '../space/answers.js';
import { createEvaluator, type Evaluator } from './evaluate-notice.js';

/** One version with the answers of the analysis that are checked, and its evaluators. */
export interface CheckedVersion {
  readonly sets: PolicySets;
  readonly answers: Answers;
  readonly compiled: Evaluator;
  readonly cedar: Evaluator;
  /** True when `compiled` has Cedar evaluate a rule. */
  readonly usesCedar: boolean;
  /** Absent where one version is checked alone. */
  readonly side?: 'before' | 'after';
}

interface CheckedVersionParams extends Pick<CheckedVersion, 'answers' | 'side'> {
  readonly version: Version;
  /** A version with the same facts and schema, and the sets that are the same in both: they are evaluated once. */
  readonly same?: { readonly version: CheckedVersion; readonly sets: ReadonlySet<string> };
}

/** Parsed policies, whose memory is reused by every check of this process. */
const slots = { compiled: createCedarSlots(), cedar: createCedarSlots() };

/** Returns a version to check. At most two can be in use at a time without parsing their sets again. */
export function createCheckedVersion({ version, same, ...checked }: CheckedVersionParams): CheckedVersion {
  const { sets } = version;
  const engines = {
    compiled: createCompiledEngine(sets, slots.compiled),
    cedar: slots.cedar.load(sets),
  };
  const evaluatorOf = (name: 'compiled' | 'cedar'): Evaluator =>
    createEvaluator({
      version,
      engine: engines[name],
      ...(same === undefined ? {} : { same: { evaluator: same.version[name], sets: same.sets } }),
    });
  return {
    ...checked,
    sets,
    compiled: evaluatorOf('compiled'),
    cedar: evaluatorOf('cedar'),
    usesCedar: engines.compiled.interpreted.length > 0,
  };
}
