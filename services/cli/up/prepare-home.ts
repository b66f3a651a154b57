import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fail } from '../../shared/kernel/errors.js';
import type { Directory } from '../../shared/trust/directory.js';
import { requireHomeContract } from '../../shared/trust/home-contract.js';
import type { FederationFacts } from '../../shared/trust/directory-source.js';
import { type Home, homeAt } from '../../shared/runtime/home.js';
import { shippedPolicies } from '../../shared/runtime/root.js';
import { CONTRACT } from '../../shared/wire/contract.js';
import { ownPolicies } from '../home/policies-folder.js';
import { requireKind } from '../home/require-kind.js';
import { writeConsoleTokens } from '../init/first-keys.js';
import { isInitialised } from '../init/clear-home.js';
import { initDemo } from '../init/init-demo.js';
import { orgsOf, readFederation, signHomeDirectory } from '../init/home-directory.js';
import type { Layout } from '../init/layout.js';
import { renewBrokerFiles } from '../init/broker-files.js';
import { ONE_MACHINE } from '../../shared/bus/streams.js';
import { inventMembers } from '../init/invented-members.js';
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
  /** How many members a new home invents, with policies like the shipped ones. */
  readonly members?: number | undefined;
  /** The members; by default those of the home's own folder of policies, else of the shipped one. */
  readonly facts?: FederationFacts;
}

/**
 * Creates a home unless it exists, and signs the next version of its directory. Throws `usage` for an existing home with
 * another number of routers or members, `config-invalid` when its files are incomplete.
 */
export async function prepareHome(home: Home, params: PrepareHomeParams): Promise<Directory> {
  const { fresh, say, layout, routers } = params;
  if (!fresh) {
    requireHomeContract(home);
    requireKind(home, 'demo');
  }
  const isNew = fresh || !isInitialised(home);
  const facts = isNew ? await createHome(home, params) : (params.facts ?? readFederation(ownPolicies(home)));
  if (!isNew && layout === undefined) {
    requireRouters(home, routers);
    requireMemberCount(facts, params.members);
  }
  if (layout !== undefined) writeSecretJson(home.run, layout.run);
  const signing = lockDirectory(home);
  const directory = await signHomeDirectory(home, {
    facts,
    policies: ownPolicies(home),
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

/** Creates the home; returns the facts of its members. */
async function createHome(
  home: Home,
  { fresh, say, layout, routers, members, facts: given }: PrepareHomeParams,
): Promise<FederationFacts> {
  say(`creating a demonstration federation in ${home.root} (every organisation's keys on this machine)`);
  const invented = members === undefined ? undefined : inventMembers(shippedPolicies, members);
  const facts = given ?? invented?.facts ?? readFederation();
  await initDemo(home, { force: fresh, layout, routers, facts, say });
  invented?.write(home.policies);
  rmSync(join(home.root, 'ports.json'), { force: true });
  return facts;
}

function requireMemberCount(facts: FederationFacts, members: number | undefined): void {
  const count = orgsOf(facts).length;
  if (members === undefined || members === count) return;
  throw fail(
    'usage',
    `this home has ${count} members, \`--members ${members}\` needs a new one: add \`--fresh\``,
  );
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
