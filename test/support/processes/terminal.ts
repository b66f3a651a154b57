import { spawn } from 'node:child_process';
import { projectRoot } from '../../../services/shared/runtime/root.js';

/** The output of a terminal, and the exit code of its command. */
export interface Shown {
  readonly shown: string;
  readonly code: number | null;
}

interface TypeIntoParams {
  readonly env: NodeJS.ProcessEnv;
  /** Types Ctrl-C once, when the output first matches. */
  readonly enough?: RegExp | undefined;
  /** The lines that are typed, each when the output of the last question is complete. */
  readonly lines?: readonly string[];
  /** What the output ends with when a line is awaited. */
  readonly question?: RegExp;
}

/**
 * Runs a simple command as a user types it into a terminal, in a pseudo terminal of `script` (Debian: bsdutils, essential).
 * `exec`: on Ctrl-C dash, unlike an interactive shell, ends with 130 whatever the exit code of the command that it waits for.
 */
export function typeInto(
  line: string,
  { env, enough, lines = [], question }: TypeIntoParams,
): Promise<Shown> {
  const terminal = spawn('script', ['-qec', `exec ${line}`, '/dev/null'], { cwd: projectRoot, env });
  let shown = '';
  let isOver = false;
  let answered = 0;
  const left = [...lines];
  return new Promise((resolve, reject) => {
    terminal.once('error', reject);
    terminal.once('close', (code) => resolve({ shown, code }));
    terminal.stdout.on('data', (bytes: Buffer) => {
      shown += bytes.toString();
      if (question?.test(shown.slice(answered)) === true && left.length > 0) {
        answered = shown.length;
        terminal.stdin.write(`${left.shift()}\n`);
      }
      if (isOver || enough?.test(shown) !== true) return;
      isOver = true;
      terminal.stdin.write('\u0003');
    });
  });
}
