import { type ReportOptions, runBenchReport } from '../report/run-bench-report.js';
import type { Verb } from '../../../services/cli/verb.js';

export const verb: Verb<ReportOptions> = {
  configure: (command) =>
    command
      .argument('<lines.ndjson>', 'the `--json` lines of benches; the last line of each bench is used')
      .option('--out <file>', 'the page to write: one self-contained file')
      .option(
        '--readme <file>',
        'a Markdown page whose table between `bench:begin` and `bench:end` is replaced',
      ),
  anyHome: true,
  examples: [
    ['bench report lines.ndjson --out report.html', 'plots and tables, to open in a browser'],
    [
      'bench report lines.ndjson --readme docs/benchmarks.md',
      'the headline figures of that page, with machine and date',
    ],
  ],
  run: runBenchReport,
};
