import { type ReportOptions, runBenchReport } from '../report/run-bench-report.js';
import type { Verb } from '../../../services/cli/verb.js';

export const verb: Verb<ReportOptions> = {
  configure: (command) =>
    command
      .argument('<lines.ndjson>', 'what benches wrote with `--json`; of each bench the last line counts')
      .option('--out <file>', 'the page to write: one file that needs nothing else')
      .option(
        '--readme <file>',
        'a page of Markdown whose table between `bench:begin` and `bench:end` is written anew',
      ),
  examples: [
    ['bench report lines.ndjson --out report.html', 'plots and tables, to open in a browser'],
    [
      'bench report lines.ndjson --readme docs/benchmarks.md',
      'the headline figures of that page, with machine and date',
    ],
  ],
  run: runBenchReport,
};
