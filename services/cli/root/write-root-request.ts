import { resolve } from 'node:path';
import type { Command } from 'commander';
import { writeWhole } from '../../shared/kernel/write-whole.js';
import type { Home } from '../../shared/runtime/home.js';
import { digest } from '../../shared/trust/digest.js';
import { withWriteErrors } from '../home/file-errors.js';
import { writeSecret } from '../init/secrets.js';
import { spokenWords } from '../org/spoken-words.js';
import { EXIT, type ExitCode } from '../terminal/exit-codes.js';
import type { Output } from '../terminal/output.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import { readRootRequest } from './ask-root.js';

/** The option of `withRootRequest`. */
export interface RootRequestOptions {
  readonly rootRequest: string;
}

/** Adds the option for the file that a hub without the root key writes. */
export function withRootRequest(command: Command): Command {
  return command.option(
    '--root-request <file>',
    'where a hub without the root key writes what its holder is to sign',
    'root-request.json',
  );
}

interface WriteRequestParams extends RootRequestOptions {
  readonly output: Output;
  /** The words after `liaison` that take the answer in. */
  readonly accept?: string;
}

/**
 * Writes what the holder of the root key is to sign, and says how; keeps it as the one request whose answer this hub takes. Nothing is
 * listed yet. The caller has held `lockDirectory` since it made the text: the next request must have these keys too. Throws `usage`
 * where a file cannot be written.
 */
export function writeRootRequest(
  home: Home,
  text: string,
  { rootRequest, output, accept = 'root accept root-answer.json' }: WriteRequestParams,
): ExitCode {
  const file = resolve(rootRequest);
  const earlier = readRootRequest(home);
  withWriteErrors(file, () => writeWhole(file, text));
  writeSecret(home.rootRequest, text);
  const words = spokenWords(digest(text));
  output.show({ rootRequest: file, words }, () =>
    [
      `${file}: the holder of the root key is to sign it: ${suggestedCommand('root sign root-request.json --root root.jwk')}`,
      `read these words to that person: ${output.paint.bold(words)}`,
    ].join('\n'),
  );
  if (earlier !== undefined && earlier.digest !== digest(text))
    output.note(
      'an answer to the earlier request is not taken any more: this one takes its place' +
        (earlier.welcome === undefined ? '' : '; `org admit` asks for its member again'),
    );
  output.note(`with the answer: ${suggestedCommand(accept)}`);
  return EXIT.no;
}
