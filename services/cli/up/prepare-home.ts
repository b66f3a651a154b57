import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Directory } from '../../shared/trust/directory.js';
import { requireHomeContract } from '../../shared/trust/home-contract.js';
import type { FederationFacts } from '../../shared/trust/directory-source.js';
import { type Home, homeAt } from '../../shared/runtime/home.js';
import { CONTRACT } from '../../shared/wire/contract.js';
import { requireKind } from '../home/require-kind.js';
import { writeConsoleTokens } from '../init/first-keys.js';
import { isInitialised } from '../init/clear-home.js';
import { initDemo } from '../init/init-demo.js';
import { orgsOf, readFederation, signHomeDirectory } from '../init/home-directory.js';
import type { Layout } from '../init/layout.js';
import { renewBrokerFiles } from '../init/broker-files.js';
import { ONE_MACHINE } from '../../shared/bus/streams.js';
import { requireRouters, routersOf } from '../init/routers.js';
import { writeSecretJson } from '../init/secrets.js';
import { lockDirectory } from './lock.js';

interface PrepareHomeParams {
  /** Creates a new home, and deletes the contents of the old one; a home of another contract is moved aside. */
  readonly fresh: boolean;
  readonly say: (words: string) => void;
  /** The number of routers on this machine; by default that of the home. */
  readonly routers?: number | undefined;
  /** The layout of a cluster in containers; absent for a federation on this machine. */
  readonly layout?: Layout;
  /** The members; by default those of `policies/federation/members.yaml`. */
  readonly facts?: FederationFacts;
}

/**
 * Creates a home unless it exists, and signs the next version of its directory. Throws `usage` for an existing home with
 * another number of routers, `config-invalid` when its files are incomplete.
 */
export async function prepareHome(
  home: Home,
  { fresh, say, layout, routers, facts = readFederation() }: PrepareHomeParams,
): Promise<Directory> {
  if (!fresh) {
    requireHomeContract(home);
    requireKind(home, 'demo');
  }
  if (fresh || !isInitialised(home)) {
    say(`creating a demonstration federation in ${home.root} (every organisation's keys on this machine)`);
    await initDemo(home, { force: fresh, layout, routers, facts, say });
    rmSync(join(home.root, 'ports.json'), { force: true });
  } else if (layout === undefined) requireRouters(home, routers);
  if (layout !== undefined) writeSecretJson(home.run, layout.run);
  const signing = lockDirectory(home);
  const directory = await signHomeDirectory(home, {
    facts,
    contract: CONTRACT,
    now: new Date(),
    say,
  }).finally(signing.release);
  const size = layout ?? { ...ONE_MACHINE, routers: routersOf(home) };
  renewBrokerFiles(home, orgsOf(facts), { size, layout, say });
  // Adds the console tokens that homes of older releases lack.
  writeConsoleTokens(home, orgsOf(facts));
  return directory;
}

/** Creates a temporary home; it is removed by `remove`, or when this process exits. */
export function temporaryHome(): { readonly home: Home; readonly remove: () => void } {
  const root = mkdtempSync(join(tmpdir(), 'liaison-'));
  const remove = (): void => {
    process.off('exit', remove);
    rmSync(root, { recursive: true, force: true, maxRetries: 3 });
  };
  process.once('exit', remove);
  return { home: homeAt(root), remove };
}
