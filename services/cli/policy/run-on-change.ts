import { relative, resolve } from 'node:path';
import { errorFrom, fail } from '../../shared/kernel/errors.js';
import { pause } from '../../shared/kernel/pause.js';
import { watchFolders } from '../../shared/policy/load/watch-folders.js';
import { EXIT, type ExitCode } from '../terminal/exit-codes.js';
import type { Output } from '../terminal/output.js';
import { showError } from '../terminal/show-error.js';

interface Watched {
  readonly folder: string;
  /** A file that each run writes. */
  readonly report: string | undefined;
  readonly output: Output;
  readonly stopping: AbortSignal;
}

/** `--watch`: runs at once, and again whenever a file of the folder changes, until the call is stopped. */
export async function runOnChange(
  run: () => ExitCode,
  { folder, report, output, stopping }: Watched,
): Promise<ExitCode> {
  refuseLoop(folder, report);
  // Watching first: what changes during the first run must not be lost.
  const stop = watchFolders(folder, () => {
    if (!output.json) output.print(output.paint.dim(`\n${'─'.repeat(Math.min(output.width, 80))}\n`));
    runOnce(run, output);
  });
  runOnce(run, output);
  await pause(2 ** 31 - 1, stopping);
  stop();
  return EXIT.interrupted;
}

/** While it is watched a folder may be invalid for a moment: that is said, and nothing ends. */
function runOnce(run: () => ExitCode, output: Output): void {
  try {
    run();
  } catch (thrown) {
    showError(errorFrom(thrown), output);
  }
}

/** A report written into the folder would be a change of the folder, for ever. */
function refuseLoop(folder: string, report: string | undefined): void {
  if (report === undefined || relative(resolve(folder), resolve(report)).startsWith('..')) return;
  throw fail('usage', `with \`--watch\` the report cannot lie in the watched folder: \`${report}\``);
}
