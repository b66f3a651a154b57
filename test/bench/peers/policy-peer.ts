import type { Question } from '../../../services/shared/policy/engine.js';
import type { Rule } from '../../../services/shared/policy/rule.js';

/** An alternative policy engine, with the same rules in its own language. */
export interface PolicyPeer {
  readonly name: string;
  /** What a decision contains, in words. */
  readonly says: string;
  /** Decisions per round, chosen to take a few tenths of a second. */
  readonly times: number;
  /** Returns why the engine is left out and how to install it; undefined if it is installed. */
  readonly missing: (env: NodeJS.ProcessEnv) => string | undefined;
  readonly start: (rules: readonly Rule[], env: NodeJS.ProcessEnv) => Promise<RunningPolicy>;
}

export interface RunningPolicy {
  /** Decides the questions one after another; true for each that is allowed. */
  readonly decide: (questions: readonly Question[]) => readonly boolean[] | Promise<readonly boolean[]>;
  /** The process of the engine; absent for a library in this process. */
  readonly pid?: number;
  readonly stop: () => Promise<void>;
}
