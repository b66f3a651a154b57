import { join } from 'node:path';
import { fail } from '../kernel/errors.js';
import { findProgram, isProgram } from '../kernel/find-program.js';
import { unpackDebianPackage } from './debian-package.js';

interface FindNatsServerParams {
  readonly env: NodeJS.ProcessEnv;
  /** The folder for a downloaded server, usually `.cache/` of the clone. */
  readonly cacheDir: string;
  /** Called before a download. */
  readonly say: (words: string) => void;
}

const NAME = 'nats-server';

/**
 * Returns the path of nats-server: from `LIAISON_NATS_SERVER`, the PATH, the cache, or Debian's package, which it unpacks
 * into the cache without root. Throws `config-invalid` with the ways to install it.
 */
export async function findNatsServer({ env, cacheDir, say }: FindNatsServerParams): Promise<string> {
  const named = env['LIAISON_NATS_SERVER'];
  if (named !== undefined && named !== '') {
    if (isProgram(named)) return named;
    throw fail('config-invalid', `\`LIAISON_NATS_SERVER\` names \`${named}\`, which cannot be run`);
  }
  const cached = join(cacheDir, NAME);
  const found = findProgram(NAME, env);
  if (found !== undefined) return found;
  if (isProgram(cached)) return cached;
  say('nats-server is not installed: fetching the Debian package into the cache');
  if (
    (await unpackDebianPackage({ name: NAME, cacheDir, binary: 'usr/sbin/nats-server' })) &&
    isProgram(cached)
  ) {
    return cached;
  }
  throw fail(
    'config-invalid',
    'nats-server 2.10 or newer was not found: install it (`apt install nats-server`, `brew install nats-server`, or a ' +
      `release of nats-io/nats-server), put it into \`${cached}\`, or name it in \`LIAISON_NATS_SERVER\``,
  );
}
