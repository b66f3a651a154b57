import { dirname } from 'node:path';
import { stopLeftOver } from '../../shared/bus/nats-server.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import type { Home } from '../../shared/runtime/home.js';
import type { FederationFacts } from '../../shared/trust/directory-source.js';
import { ONE_MACHINE } from '../../shared/bus/streams.js';
import { writeBrokerFiles } from './broker-files.js';
import { writeCertificates } from './certificates.js';
import { clearHome, finishHome, requireClearable } from './clear-home.js';
import { listDemoKey, writeDemoKeys, writeDemoTokens } from './demo-keys.js';
import { orgsOf, readFederation, signHomeDirectory } from './home-directory.js';
import type { Layout } from './layout.js';
import { makePrivateFolder } from './make-folder.js';

interface DemoOptions {
  /** Deletes the keys, data and logs of an existing home. */
  readonly force?: boolean;
  readonly now?: Date;
  readonly facts?: FederationFacts;
  /** The number of routers on this machine; 1 by default. */
  readonly routers?: number | undefined;
  /** The layout of a cluster; absent for a federation on this machine, as `up` starts it. */
  readonly layout?: Layout | undefined;
}

/**
 * Creates a complete home for the demonstration: the keys of every organisation, nkeys, tokens, the signed directory and the
 * broker's configuration. Replaces a home that an interrupted call left incomplete. Returns the organisations. Throws the
 * errors of `requireClearable`.
 */
export async function initDemo(home: Home, options: DemoOptions = {}): Promise<readonly OrgId[]> {
  const { force = false, now = new Date(), facts = readFederation(), layout } = options;
  requireClearable(home, force);
  // Stops a left-over broker before its pid file is removed.
  stopLeftOver({ pidFile: home.nats('nats.pid'), conf: home.nats('nats.conf') });
  clearHome(home);
  const orgs = orgsOf(facts);
  for (const folder of [home.auditorData, dirname(home.log('any'))]) makePrivateFolder(folder);
  const size = layout ?? { ...ONE_MACHINE, routers: options.routers ?? ONE_MACHINE.routers };
  const added = await writeDemoKeys(home, orgs, size.routers);
  writeDemoTokens(home, orgs, size.routers);
  await writeBrokerFiles(home, orgs, { size, layout });
  if (layout !== undefined) await writeCertificates(home, orgs, layout);
  await signHomeDirectory(home, { facts, now, added: added.map((key) => listDemoKey(key, now)) });
  finishHome(home, now);
  return orgs;
}
