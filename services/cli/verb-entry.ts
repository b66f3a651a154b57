import type { Verb } from './verb.js';

/** One verb of the command line. */
export interface VerbEntry {
  /** One word, such as `up`, or a group and a word, such as `notice show`. */
  readonly name: string;
  /** The line that `--help` shows for it. */
  readonly summary: string;
  readonly load: () => Promise<{ readonly verb: Verb }>;
}
