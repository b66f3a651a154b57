import type { Layer, Permission } from '../../policy/engine.js';
import type { Counterexample } from '../space/counterexample.js';

/** A notice about which the analysis and an evaluator disagree: a defect of one of them. */
export interface Contradiction {
  /**
   * `layer`: the answer of one set. `answer`: the answer of all layers. `cedar`: the evaluator and Cedar
   * disagree about a set. `change`: a loosening or tightening that the comparison does not report.
   * `invariant`: the evaluator's verdict differs from the proof.
   */
  readonly about: 'layer' | 'answer' | 'cedar' | 'change' | 'invariant';
  /** The version of the rules; absent where both are compared, and where there is one. */
  readonly version?: 'before' | 'after';
  readonly permission: Permission;
  readonly layer?: Layer;
  /** The id of an invariant. */
  readonly invariant?: string;
  /** The notice, as input for `policy explain`. */
  readonly example: Counterexample;
  /** The answer of each, in words; absent for one that was not asked. */
  readonly analysis?: string;
  readonly evaluator: string;
  readonly cedar?: string;
}

/** The result of the recheck of an analysis at random notices. */
export interface Recheck {
  /** The seed of the random notices: the same seed and rules give the same notices. */
  readonly seed: number;
  readonly notices: number;
  /** How many answers of sets were compared with the evaluator, and how many of these with Cedar. */
  readonly decisions: number;
  readonly byCedar: number;
  /** The first contradictions found; empty when everything agrees. */
  readonly contradictions: readonly Contradiction[];
}
