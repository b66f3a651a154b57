import { existsSync } from 'node:fs';
import { fail } from '../../shared/kernel/errors.js';
import type { Home } from '../../shared/runtime/home.js';
import type { KeyEntry } from '../../shared/trust/directory-key.js';
import { publicJwk } from '../../shared/trust/jwk.js';
import { generateKey } from '../../shared/trust/keys.js';
import { newestDirectory, signHomeDirectory } from '../init/home-directory.js';
import { newEntry } from '../init/key-entry.js';
import { writeKeyOut } from '../init/secrets.js';
import { requireRoot } from '../init/sign-version.js';
import { EXIT, type ExitCode } from '../terminal/exit-codes.js';
import type { Output } from '../terminal/output.js';
import { lockDirectory } from '../up/lock.js';
import type { Verb } from '../verb.js';
import { askRoot, changesAsked } from '../root/ask-root.js';
import { type RootRequestOptions, withRootRequest, writeRootRequest } from '../root/write-root-request.js';
import { nextKid } from './local-keys.js';

interface AddOperatorOptions extends RootRequestOptions {
  readonly person: string;
  readonly out: string;
}

export const verb: Verb<AddOperatorOptions> = {
  configure: (command) =>
    withRootRequest(command)
      .requiredOption('--person <name>', 'who holds the key; the directory and the ledger name this person')
      .requiredOption(
        '--out <file>',
        'where to write the private key, with mode 600; the file must not exist',
      ),
  examples: [
    [
      "key add-operator --person 'B. Example' --out b-example.jwk",
      'a key for a second person, whose commands take `--key b-example.jwk`',
    ],
  ],
  run: async ({ options, home, output }) => {
    const now = new Date();
    if (!existsSync(home.rootKey) && existsSync(home.directoryKey))
      return askToAddOperator(home, options, { now, output });
    const added = await addOperator(home, options, { now, say: output.note });
    output.show(
      added,
      () =>
        `${added.kid} of ${added.person} is in \`${added.path}\`, listed by version ${added.version} of the directory`,
    );
    return EXIT.yes;
  },
};

type NewOperator = Pick<AddOperatorOptions, 'person' | 'out'>;

interface AddOperatorParams {
  readonly now: Date;
  readonly say: (words: string) => void;
}

/** The result of adding an operator. */
interface AddedOperator {
  readonly kid: string;
  readonly person: string;
  /** The file of the private key. */
  readonly path: string;
  /** The version of the directory that lists the key. */
  readonly version: number;
}

/**
 * Creates an operator key for a person and lists it in the next directory. Throws `usage` if the file exists, `forbidden`
 * without the root key, `schema-invalid` for a name that the directory does not take, `busy` while another process signs.
 */
export async function addOperator(
  home: Home,
  { person, out: path }: NewOperator,
  params: AddOperatorParams,
): Promise<AddedOperator> {
  requireRoot(home);
  requireMissing(path);
  const lock = lockDirectory(home);
  try {
    const entry = await makeOperatorKey(home, { person, out: path }, params);
    const { version } = await signHomeDirectory(home, { ...params, added: [entry] });
    return { kid: entry.kid, person, path, version };
  } finally {
    lock.release();
  }
}

/**
 * Creates an operator key for a person, and writes the request to the holder of the root key to list it. Throws `usage` if the file
 * exists, and `busy` while another process signs.
 */
async function askToAddOperator(
  home: Home,
  options: AddOperatorOptions,
  { now, output }: Pick<AddOperatorParams, 'now'> & { readonly output: Output },
): Promise<ExitCode> {
  requireMissing(options.out);
  const lock = lockDirectory(home);
  try {
    const added = [await makeOperatorKey(home, options, { now })];
    const text = await askRoot(home, { added, now, say: output.note });
    return writeRootRequest(home, text, { ...options, output });
  } finally {
    lock.release();
  }
}

function requireMissing(path: string): void {
  if (existsSync(path)) throw fail('usage', `\`${path}\` exists: a key is never overwritten`);
}

/** Writes the key first: if writing fails, the directory does not list a key whose private part is lost. */
async function makeOperatorKey(
  home: Home,
  { person, out }: NewOperator,
  { now }: Pick<AddOperatorParams, 'now'>,
): Promise<KeyEntry> {
  const directory = await newestDirectory(home);
  const { added } = await changesAsked(home, directory, now);
  const key = await generateKey(nextKid({ owner: 'hub', use: 'operator' }, directory, added));
  writeKeyOut(out, key);
  return newEntry(publicJwk(key), { notBefore: now, person });
}
