import { dirname } from 'node:path';
import type { OrgId } from '../../shared/kernel/ids.js';
import type { Home } from '../../shared/runtime/home.js';
import { newDescription, requireHomeContract } from '../../shared/trust/home-contract.js';
import type { FederationFacts } from '../../shared/trust/directory-source.js';
import { CONTRACT } from '../../shared/wire/contract.js';
import { ONE_MACHINE } from '../../shared/bus/streams.js';
import { requireKind } from '../home/require-kind.js';
import { writeClusterCertificates } from '../tls/cluster-certificates.js';
import { writeBrokerFiles } from './broker-files.js';
import { clearHome, finishHome, requireClearable } from './clear-home.js';
import { listFirstKey, writeSigningKeys, writeTokens } from './first-keys.js';
import { orgsOf, readFederation, signHomeDirectory } from './home-directory.js';
import type { Layout } from './layout.js';
import { makePrivateFolder } from './make-folder.js';
import { setHomeAside } from './set-home-aside.js';
import { writeSecretJson } from './secrets.js';

/** The name of the person on the operator key. */
const DEMO_PERSON = 'demonstration operator';

interface DemoOptions {
  /** Deletes the keys, data and logs of an existing home; those of a home of another contract are moved aside. */
  readonly force?: boolean;
  readonly now?: Date;
  readonly facts?: FederationFacts;
  /** The number of routers on this machine; 1 by default. */
  readonly routers?: number | undefined;
  /** The layout of a cluster; absent for a federation on this machine, as `up` starts it. */
  readonly layout?: Layout | undefined;
  /** Receives where the files of a home of another contract are. */
  readonly say?: (words: string) => void;
}

/**
 * Creates a complete home for the demonstration: the keys of every organisation, nkeys, tokens, the signed directory and the
 * broker's configuration. Replaces a home that an interrupted call left incomplete. Returns the organisations. Throws the
 * errors of `requireClearable`.
 */
export async function initDemo(home: Home, options: DemoOptions = {}): Promise<readonly OrgId[]> {
  const { now = new Date(), facts = readFederation(), layout } = options;
  emptyHome(home, { kind: 'demo' }, options);
  const orgs = orgsOf(facts);
  for (const folder of [home.auditorData, dirname(home.log('any'))]) makePrivateFolder(folder);
  const size = layout ?? { ...ONE_MACHINE, routers: options.routers ?? ONE_MACHINE.routers };
  const added = await writeSigningKeys(home, orgs, size.routers);
  writeTokens(home, orgs, size.routers);
  await writeBrokerFiles(home, orgs, { size, layout });
  if (layout !== undefined) await writeClusterCertificates(home, orgs, layout);
  await signHomeDirectory(home, {
    facts,
    contract: CONTRACT,
    now,
    added: added.map((key) => listFirstKey(key, { now, person: DEMO_PERSON })),
  });
  finishHome(home, now);
  return orgs;
}

/**
 * Deletes an existing home if that was ordered, moves one of another contract aside, and marks the folder with this contract
 * and what it will hold. Throws the errors of `requireClearable`.
 */
export function emptyHome(
  home: Home,
  description: Parameters<typeof newDescription>[0],
  { force = false, layout, say = () => {} }: Pick<DemoOptions, 'force' | 'layout' | 'say'>,
): void {
  requireKind(home, description.kind);
  // Folders that are mounted volumes cannot be moved.
  if (!force || layout !== undefined) requireHomeContract(home);
  setHomeAside(home, say);
  requireClearable(home, force);
  // Before the first key, so that a home whose `init` was interrupted is not taken for an older one.
  writeSecretJson(home.contract, newDescription(description));
  clearHome(home);
}
