import type { Layer, Permission } from '../../policy/engine.js';
import type { Counterexample } from '../space/counterexample.js';

/** A notice about which the analysis and an evaluator disagree: a defect of one of them. */
export interface Contradiction {
  /**
   * `layer`: the answer of one set. `answer`: the answer of all layers. `cedar`: the evaluator and Cedar disagree about
   * a set. `change`: a loosening or tightening that the comparison does not report. `invariant`: one that is broken
   * although it was proven.
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
  /** What each says, in words; absent for one that was not asked. */
  readonly analysis?: string;
  readonly evaluator: string;
  readonly cedar?: string;
}

/** What the check of an analysis found, at random notices. */
export interface Floor {
  /** Gives the same notices for the same rules. */
  readonly seed: number;
  readonly notices: number;
  /** How many answers of sets were compared with the evaluator, and how many of these with Cedar. */
  readonly decisions: number;
  readonly byCedar: number;
  /** Empty when everything agrees; the first ones found otherwise. */
  readonly contradictions: readonly Contradiction[];
}
