import { EXIT, type ExitCode } from '../../services/cli/terminal/exit-codes.js';
import type { Output } from '../../services/cli/terminal/output.js';
import type { Call } from '../../services/cli/verb.js';
import { changesOf, showChanges } from './baseline.js';
import type { CommonOptions } from './bench-options.js';
import type { BenchLine, Measurement } from './measurement.js';
import { readBaseline } from './read-lines.js';

/** A bench: how it measures, and how its result is printed. */
export interface Bench<Options, M extends Measurement> {
  readonly name: string;
  /** Measures; `say` prints the current step. */
  readonly measure: (call: Call<Options>, say: (words: string) => void) => Promise<M>;
  readonly show: (line: BenchLine<M>, output: Output) => string;
}

/** Returns the `run` of a verb: measures, and prints one line of JSON or tables, beside the baseline if one is given. */
export function runOf<Options extends CommonOptions, M extends Measurement>({
  name,
  measure,
  show,
}: Bench<Options, M>): (call: Call<Options>) => Promise<ExitCode> {
  return async (call) => {
    const { options, output } = call;
    const baseline = options.baseline === undefined ? undefined : readBaseline(options.baseline, name);
    const measured = await measure(call, (words) => output.note(output.notePaint.dim(words)));
    const line = { bench: name, at: new Date().toISOString(), ...measured };
    const changes = baseline === undefined ? undefined : changesOf(line, baseline);
    if (output.json) {
      output.record(changes === undefined ? line : { ...line, changes });
      return EXIT.yes;
    }
    output.print(show(line, output));
    if (baseline !== undefined && changes !== undefined)
      output.print(`\n${showChanges(changes, baseline, output)}`);
    return EXIT.yes;
  };
}
