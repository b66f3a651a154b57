import picocolors from 'picocolors';
import { EXIT, exitCodeOf } from '../../../services/cli/terminal/exit-codes.js';
import { runProgram } from '../../../services/cli/program.js';
import { showError } from '../../../services/cli/terminal/show-error.js';
import type { Output } from '../../../services/cli/terminal/output.js';
import { errorFrom } from '../../../services/shared/kernel/errors.js';
import { type Home, homeAt } from '../../../services/shared/runtime/home.js';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Circumstances {
  readonly width?: number;
  readonly stopping?: AbortSignal;
  readonly onPrint?: () => void;
  readonly onNote?: () => void;
  readonly home?: Home;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs the words after `liaison` in this process, as `main.ts` does. */
export async function runLine(words: readonly string[], circumstances: Circumstances = {}): Promise<Ran> {
  const {
    width = 100,
    stopping = new AbortController().signal,
    onPrint = () => {},
    onNote = () => {},
    home = homeAt('/nowhere'),
    env = {},
  } = circumstances;
  const written = { stdout: '', stderr: '' };
  const print = (text: string): void => {
    written.stdout += `${text}\n`;
    onPrint();
  };
  const paint = picocolors.createColors(false);
  const json = words.includes('--json');
  const record = (value: unknown): void => print(JSON.stringify(value));
  const output: Output = {
    json,
    terminal: false,
    progress: false,
    width,
    paint,
    notePaint: paint,
    print,
    record,
    show: (value, text) => (json ? record(value) : print(text())),
    note: (text) => {
      written.stderr += `${text}\n`;
      onNote();
    },
  };
  let code: number = EXIT.yes;
  await runProgram({
    words,
    version: '0',
    act: async (verb, { args, options }) => {
      code = await verb.run({
        args,
        options: options as never,
        home,
        env,
        output,
        stopping,
      });
    },
    write: print,
  }).catch((thrown: unknown) => {
    const error = errorFrom(thrown);
    code = exitCodeOf(error);
    showError(error, output);
  });
  return { code, ...written };
}
