import { relative, resolve } from 'node:path';
import { errorFrom, fail } from '../../shared/kernel/errors.js';
import { pause } from '../../shared/kernel/pause.js';
import { watchFolders } from '../../shared/policy/load/watch-folders.js';
import { EXIT, type ExitCode } from '../terminal/exit-codes.js';
import type { Output } from '../terminal/output.js';
import { showError } from '../terminal/show-error.js';

interface RunOnChangeParams {
  readonly folder: string;
  /** A file that each run writes; it must not be in the folder. */
  readonly report: string | undefined;
  readonly output: Output;
  readonly stopping: AbortSignal;
}

/**
 * Runs once, then again whenever a file of the folder changes, until `stopping` aborts (`--watch`). One run at a time: all
 * changes during a run are followed by one further run.
 */
export async function runOnChange(
  run: () => ExitCode | Promise<ExitCode>,
  { folder, report, output, stopping }: RunOnChangeParams,
): Promise<ExitCode> {
  refuseLoop(folder, report);
  let runs = Promise.resolve();
  let isQueued = false;
  const queue = (before: () => void): void => {
    if (isQueued) return;
    isQueued = true;
    runs = runs.then(() => {
      isQueued = false;
      before();
      return runOnce(run, output);
    });
  };
  const separate = (): void => {
    if (!output.json) output.print(output.paint.dim(`\n${'─'.repeat(Math.min(output.width, 80))}\n`));
  };
  // Starts watching before the first run, so that no change during it is lost.
  const stop = watchFolders(folder, () => queue(separate));
  queue(() => {});
  await pause(2 ** 31 - 1, stopping);
  stop();
  return EXIT.interrupted;
}

/** Shows the error of a run and continues: while a person edits, a folder may be invalid for a moment. */
async function runOnce(run: () => ExitCode | Promise<ExitCode>, output: Output): Promise<void> {
  try {
    await run();
  } catch (thrown) {
    showError(errorFrom(thrown), output);
  }
}

/** Refuses a report in the watched folder: writing it would start the next run, without end. */
function refuseLoop(folder: string, report: string | undefined): void {
  if (report === undefined || relative(resolve(folder), resolve(report)).startsWith('..')) return;
  throw fail('usage', `with \`--watch\` the report cannot be in the watched folder: \`${report}\``);
}
