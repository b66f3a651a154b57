import { lstatSync, readdirSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stopLeftOver } from '../../shared/bus/nats-server.js';
import { fail } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import type { Home } from '../../shared/runtime/home.js';
import type { FederationFacts } from '../../shared/trust/directory-source.js';
import { ONE_MACHINE } from '../../shared/bus/streams.js';
import { writeBrokerFiles } from './broker-files.js';
import { writeCertificates } from './certificates.js';
import { writeDemoKeys, writeDemoTokens } from './demo-keys.js';
import { orgsOf, readFederation, signHomeDirectory } from './home-directory.js';
import type { Layout } from './layout.js';
import { makeFolder, writeSecret } from './secrets.js';

interface DemoOptions {
  /** Removes what an earlier demonstration left in the home: keys, data, logs. */
  readonly force?: boolean;
  readonly now?: Date;
  readonly facts?: FederationFacts;
  /** Routers on this machine; one unless said. */
  readonly routers?: number | undefined;
  /** A cluster; absent: everything on this machine, as `up` starts it. */
  readonly layout?: Layout | undefined;
}

/** True when the home was initialised to its end. */
export function isInitialised(home: Home): boolean {
  return statSync(doneMark(home), { throwIfNoEntry: false }) !== undefined;
}

/**
 * Makes a whole home for the demonstration: every organisation's keys on this machine, nkeys, tokens, the signed
 * directory, the broker's configuration. Throws `usage` when there is one already, unless forced. What an interrupted
 * run left behind is made anew.
 */
export async function initDemo(home: Home, options: DemoOptions = {}): Promise<readonly OrgId[]> {
  const { force = false, now = new Date(), facts = readFederation(), layout } = options;
  if (isInitialised(home) && !force) {
    throw fail(
      'usage',
      `\`${home.root}\` is initialised already: \`--force\` makes it anew and loses what it holds`,
    );
  }
  // Its pid file is removed with the rest, and then nobody would know of it.
  stopLeftOver({ pidFile: home.nats('nats.pid'), conf: home.nats('nats.conf') });
  removeOld(home);
  makeFolder(home.root);
  const orgs = orgsOf(facts);
  for (const folder of [home.auditorData, dirname(home.log('any'))]) makeFolder(folder);
  const size = layout ?? { ...ONE_MACHINE, routers: options.routers ?? ONE_MACHINE.routers };
  const added = await writeDemoKeys(home, orgs, size.routers);
  writeDemoTokens(home, orgs, size.routers);
  await writeBrokerFiles(home, orgs, { size, layout });
  if (layout !== undefined) await writeCertificates(home, orgs, layout);
  await signHomeDirectory(home, { facts, now, added });
  writeSecret(doneMark(home), now.toISOString());
  return orgs;
}

/** Written last: without it everything is made anew. */
function doneMark(home: Home): string {
  return home.hub('provision', 'initialised');
}

/** Removes what `init` and the processes make, by name, and nothing else that somebody keeps in that folder. */
function removeOld(home: Home): void {
  const folders = [
    dirname(home.hub('provision')),
    dirname(home.rootKey),
    home.auditorData,
    home.nats(),
    dirname(home.log('any')),
    join(home.root, 'orgs'),
  ];
  for (const path of [...folders, home.directory, home.anchor, home.run, home.targets]) removeWhole(path);
}

/** In a container a folder may be where a volume is mounted: that one stays, empty, and so does what it is in. */
function removeWhole(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() !== true)
    return rmSync(path, { force: true });
  for (const name of readdirSync(path)) removeWhole(join(path, name));
  try {
    rmdirSync(path);
  } catch (error) {
    if (!['EBUSY', 'ENOTEMPTY'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
