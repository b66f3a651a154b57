import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fail } from '../kernel/errors.js';
import { unpackDebianPackage } from './debian-package.js';

interface Search {
  readonly env: NodeJS.ProcessEnv;
  /** Where a server that had to be fetched is kept, usually `.cache/` of the clone. */
  readonly cacheDir: string;
  /** Tells that something is being fetched. */
  readonly say: (words: string) => void;
}

const NAME = 'nats-server';
/** Debian puts it where the PATH of an ordinary user does not look. */
const ELSEWHERE = ['/usr/sbin', '/usr/local/bin', '/usr/local/sbin', '/opt/homebrew/bin'];

/**
 * The nats-server to run: `LIAISON_NATS_SERVER`, then the PATH, then the cache, then Debian's package unpacked into the
 * cache without root. Throws `config-invalid` naming every way.
 */
export async function findNatsServer({ env, cacheDir, say }: Search): Promise<string> {
  const named = env['LIAISON_NATS_SERVER'];
  if (named !== undefined && named !== '') {
    if (isExecutable(named)) return named;
    throw fail('config-invalid', `\`LIAISON_NATS_SERVER\` names \`${named}\`, which cannot be run`);
  }
  const cached = join(cacheDir, NAME);
  const folders = [...(env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''), ...ELSEWHERE];
  const found = [...folders.map((folder) => join(folder, NAME)), cached].find(isExecutable);
  if (found !== undefined) return found;
  say('nats-server is not installed: fetching the Debian package into the cache');
  if (
    (await unpackDebianPackage({ name: NAME, cacheDir, binary: 'usr/sbin/nats-server' })) &&
    isExecutable(cached)
  ) {
    return cached;
  }
  throw fail(
    'config-invalid',
    'nats-server 2.10 or newer was not found: install it (`apt install nats-server`, `brew install nats-server`, or a ' +
      `release of nats-io/nats-server), put it into \`${cached}\`, or name it in \`LIAISON_NATS_SERVER\``,
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
