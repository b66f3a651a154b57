import type { Question } from '../../../services/shared/policy/engine.js';
import type { Rule } from '../../../services/shared/policy/rule.js';

/** A policy engine that a user could take instead, with the same rules in its own language. */
export interface PolicyPeer {
  readonly name: string;
  /** What it says besides yes or no. */
  readonly says: string;
  /** Decisions a round: as many as take some tenths of a second. */
  readonly times: number;
  /** Why it is left out and how to get it; undefined where everything is there. */
  readonly missing: (env: NodeJS.ProcessEnv) => string | undefined;
  readonly start: (rules: readonly Rule[], env: NodeJS.ProcessEnv) => Promise<RunningPolicy>;
}

export interface RunningPolicy {
  /** One after the other; true where it allows. */
  readonly decide: (questions: readonly Question[]) => readonly boolean[] | Promise<readonly boolean[]>;
  /** Absent: it is a library in this process. */
  readonly pid?: number;
  readonly stop: () => Promise<void>;
}
