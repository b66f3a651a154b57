import { existsSync } from 'node:fs';
import { fail } from '../../shared/kernel/errors.js';
import type { Home } from '../../shared/runtime/home.js';
import { publicJwk } from '../../shared/trust/jwk.js';
import { generateKey } from '../../shared/trust/keys.js';
import { newestDirectory, signHomeDirectory } from '../init/home-directory.js';
import { newEntry } from '../init/key-entry.js';
import { writeKeyOut } from '../init/secrets.js';
import { requireRoot } from '../init/sign-version.js';
import { EXIT } from '../terminal/exit-codes.js';
import { lockDirectory } from '../up/lock.js';
import type { Verb } from '../verb.js';
import { nextKid } from './local-keys.js';

interface AddOperatorOptions {
  readonly person: string;
  readonly out: string;
}

export const verb: Verb<AddOperatorOptions> = {
  configure: (command) =>
    command
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
    const added = await addOperator(home, options, { now: new Date(), say: output.note });
    output.show(
      added,
      () =>
        `${added.kid} of ${added.person} is in \`${added.path}\`, listed by version ${added.version} of the directory`,
    );
    return EXIT.yes;
  },
};

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
  { person, out: path }: AddOperatorOptions,
  { now, say }: { readonly now: Date; readonly say: (words: string) => void },
): Promise<AddedOperator> {
  requireRoot(home);
  if (existsSync(path)) throw fail('usage', `\`${path}\` exists: a key is never overwritten`);
  const lock = lockDirectory(home);
  try {
    const key = await generateKey(nextKid({ owner: 'hub', use: 'operator' }, await newestDirectory(home)));
    // Written first: if writing fails, the directory does not list a key whose private part is lost.
    writeKeyOut(path, key);
    const added = [newEntry(publicJwk(key), { notBefore: now, person })];
    const { version } = await signHomeDirectory(home, { now, say, added });
    return { kid: key.kid, person, path, version };
  } finally {
    lock.release();
  }
}
