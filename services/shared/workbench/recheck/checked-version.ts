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
  /** True when Cedar evaluates a rule that `compiled` cannot. */
  readonly usesCedar: boolean;
  /** Absent where one version is checked alone. */
  readonly side?: 'before' | 'after';
}

interface CheckedVersionParams extends Pick<CheckedVersion, 'answers' | 'side'> {
  readonly version: Version;
  /**
   * A version with the same facts and schema, and the names of the sets that are equal in both: these are
   * evaluated once.
   */
  readonly same?: { readonly version: CheckedVersion; readonly sets: ReadonlySet<string> };
}

/** The memory of Cedar for parsed policies; every recheck of this process reuses it. */
const slots = { compiled: createCedarSlots(), cedar: createCedarSlots() };

/** Creates a version to check. With more than two in use at a time, their sets are parsed again and again. */
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
