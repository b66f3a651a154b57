import { execFile } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../../shared/runtime/root.js';
import { freeBytes, readDiskGrowth } from '../home/disk-growth.js';
import { diskGrowthText } from '../home/disk-growth-text.js';
import { createCommand } from '../home/require-kind.js';
import { isComposed } from '../home/run-file.js';
import { formatBytes } from '../terminal/format-bytes.js';
import { quoted } from '../terminal/suggested-command.js';
import { findServer } from '../up/nats-process.js';
import { bad, type Check, isHomeReady, ok, skip, toInspect } from './check.js';

const MIN_FREE_BYTES = 1024 ** 3;
/** Three days: a weekend. */
const SOON_FULL_S = 3 * 86_400;
const WHAT_GROWS = 'shows what grows; docs/operate.md says what bounds it';
/** File names of keys, seeds, tokens and databases, which other users must not be able to read. */
const SECRET_FILE = /(?:\.jwk(?:\.next)?|\.nk|\.key|token|tokens\.json|\.db|provisioned\.json)$/;

const node: Check = {
  name: 'node',
  look: () => {
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
    if (major > 20 || (major === 20 && minor >= 19)) return ok(process.versions.node);
    return bad(`${process.versions.node} is too old`, 'install Node 20.19 or newer');
  },
};

const natsServer: Check = {
  name: 'nats-server',
  look: async ({ env, run }) => {
    if (isComposed(run)) return skip('in its own container: see `broker`');
    const binary = await findServer(env, () => {});
    const { stdout } = await promisify(execFile)(binary, ['--version']);
    const [, version = '', major = '0', minor = '0'] = /v?(([0-9]+)\.([0-9]+)\.[0-9]+)/.exec(stdout) ?? [];
    const recent = Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 10);
    if (!recent) return bad(`${version} is too old (${binary})`, 'apt install nats-server   # 2.10 or newer');
    const advised = Number(major) > 2 || Number(minor) >= 12;
    return ok(`${version} (${binary})${advised ? '' : '; production needs 2.12.12 or 2.14.3'}`);
  },
};

const disk: Check = {
  name: 'disk',
  look: async ({ home, now }) => {
    const growth = existsSync(home.root) ? await readDiskGrowth(home, now) : undefined;
    const place = growth === undefined ? projectRoot : home.root;
    const free = growth?.free ?? (await freeBytes(place));
    const words = growth === undefined ? `${formatBytes(free)} free` : diskGrowthText(growth);
    if (free <= MIN_FREE_BYTES) return bad(words, `df -h ${quoted(place)}   # free at least 1 GiB`);
    const { fullIn = null } = growth ?? {};
    if (fullIn !== null && fullIn < SOON_FULL_S)
      return toInspect(words, `du -h -d 2 ${quoted(place)}   # ${WHAT_GROWS}`);
    return ok(words);
  },
};

const homeCheck: Check = {
  name: 'home',
  look: ({ home, run }) => {
    if (!isHomeReady({ home, run }))
      return bad(
        `${home.root} is not initialised`,
        existsSync(home.joinRequest)
          ? 'liaison org accept welcome.json   # what the hub answers to join-request.json'
          : `liaison ${createCommand(home)}`,
      );
    const open = openFiles(home.root);
    const [first] = open;
    if (first === undefined) return ok(`${home.root}, readable by its owner only`);
    return bad(
      `other users can read ${first}${open.length > 1 ? ` and ${open.length - 1} more` : ''}`,
      `chmod -R go-rwx ${home.root}`,
    );
  },
};

const clock: Check = {
  name: 'clock',
  look: ({ home, run, now }) => {
    if (!isHomeReady({ home, run })) return skip('no directory to compare with');
    const written = statSync(home.directory).mtime;
    // A directory from the future means that the clock was set back.
    if (written.getTime() > now.getTime() + 120_000) {
      return bad(
        `the directory was written ${written.toISOString()}, later than now`,
        'timedatectl set-ntp true',
      );
    }
    return ok(now.toISOString());
  },
};

function openFiles(root: string): readonly string[] {
  const rootIsOpen = (statSync(root).mode & 0o077) !== 0 ? [root] : [];
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (path) => SECRET_FILE.test(path) && !path.endsWith('.pub.jwk') && !path.startsWith('nats/data'),
  );
  const open = files
    .map((path) => join(root, path))
    .filter((path) => {
      const status = statSync(path, { throwIfNoEntry: false });
      return status?.isFile() === true && (status.mode & 0o077) !== 0;
    });
  return [...rootIsOpen, ...open];
}

/** The checks that need no home. */
export const hostChecks: readonly Check[] = [node, natsServer];
/** The checks of this machine and the home, which need no running federation. */
export const machineChecks: readonly Check[] = [...hostChecks, disk, homeCheck, clock];
/** The same for a site, which runs no broker. */
export const siteMachineChecks: readonly Check[] = machineChecks.filter((check) => check !== natsServer);
