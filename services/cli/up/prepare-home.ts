import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Directory } from '../../shared/trust/directory.js';
import type { FederationFacts } from '../../shared/trust/directory-source.js';
import { type Home, homeAt } from '../../shared/runtime/home.js';
import { writeConsoleTokens } from '../init/demo-keys.js';
import { isInitialised } from '../init/clear-home.js';
import { initDemo } from '../init/init-demo.js';
import { orgsOf, readFederation, signHomeDirectory } from '../init/home-directory.js';
import type { Layout } from '../init/layout.js';
import { requireRouters } from '../init/routers.js';
import { writeSecretJson } from '../init/secrets.js';
import { lockDirectory } from './lock.js';

interface Readying {
  /** Begins with a new home; what the old one held is lost. */
  readonly fresh: boolean;
  readonly say: (words: string) => void;
  /** Routers on this machine; those that the home has unless said. */
  readonly routers?: number | undefined;
  /** A cluster with several routers, in containers; absent: everything on this machine. */
  readonly layout?: Layout;
  /** Absent: the members of `policies/federation/directory.yaml`. */
  readonly facts?: FederationFacts;
}

/**
 * Makes the home where there is none, and signs the next version of its directory where there is. Throws `usage` when
 * one that stays was made for another number of routers, `config-invalid` when what it was made with is lost.
 */
export async function prepareHome(
  home: Home,
  { fresh, say, layout, routers, facts = readFederation() }: Readying,
): Promise<Directory> {
  if (fresh || !isInitialised(home)) {
    say(`making a demonstration federation in ${home.root} (every organisation's keys on this machine)`);
    await initDemo(home, { force: fresh, layout, routers, facts });
    rmSync(join(home.root, 'ports.json'), { force: true });
  } else if (layout === undefined) requireRouters(home, routers);
  if (layout !== undefined) writeSecretJson(home.run, layout.run);
  const signing = lockDirectory(home);
  const directory = await signHomeDirectory(home, { facts, now: new Date(), say }).finally(signing.release);
  // A home that was made before there was a console, or tokens of organisations for it.
  writeConsoleTokens(home, orgsOf(facts));
  return directory;
}

/** A home for one run; removed also when the process is ended in a hurry, as by a second Ctrl-C. */
export function temporaryHome(): { readonly home: Home; readonly remove: () => void } {
  const root = mkdtempSync(join(tmpdir(), 'liaison-'));
  const remove = (): void => {
    process.off('exit', remove);
    rmSync(root, { recursive: true, force: true, maxRetries: 3 });
  };
  process.once('exit', remove);
  return { home: homeAt(root), remove };
}
