import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fail, isCode } from '../../shared/kernel/errors.js';
import type { Home } from '../../shared/runtime/home.js';
import { type Directory } from '../../shared/trust/directory.js';
import type { FederationFacts } from '../../shared/trust/directory-source.js';
import { requireOutside } from '../home/require-outside.js';
import { requireKind } from '../home/require-kind.js';
import { addressesIn, prepareServer } from '../init/broker-files.js';
import { finishHome, isInitialised } from '../init/clear-home.js';
import { listFirstKey, writeSigningKeys, writeTokens } from '../init/first-keys.js';
import {
  factsOfDirectory,
  newestDirectory,
  readFederation,
  signHomeDirectory,
} from '../init/home-directory.js';
import { hubSize, writeHubBroker, writeHubNkeys } from '../init/hub-broker.js';
import { emptyHome } from '../init/init-demo.js';
import { makePrivateFolder } from '../init/make-folder.js';
import { renewHubCertificates } from '../tls/hub-certificates.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import { lockDirectory } from '../up/lock.js';

interface CreateHubParams {
  /** For how many members the broker has room. */
  readonly members: number;
  readonly routers: number;
  /** The person who holds the operator key. */
  readonly operator: string;
  /** `host:port` of the broker for the gateways of members; a free port of the loopback interface by default. */
  readonly listen?: string | undefined;
  /** Further names and addresses under which members reach it. */
  readonly host?: readonly string[] | undefined;
  /** The file for the root key outside the home; by default it is in the home. */
  readonly rootElsewhere?: string | undefined;
  /** The folder of policies, which names the federation. */
  readonly policies: string;
  readonly force: boolean;
  readonly now: Date;
  readonly say: (words: string) => void;
}

/**
 * Creates the home of a hub without members: the root key, there or elsewhere, the keys of the hub, its tokens, the signed
 * directory and the configuration of a broker with room for `members`. Throws the errors of `emptyHome` and `withRootAt`.
 */
export async function createHub(home: Home, params: CreateHubParams): Promise<Directory> {
  const { members, routers, operator: person, policies, now } = params;
  const { federation } = readFederation(policies);
  const withRoot = withRootAt(home, params.rootElsewhere);
  emptyHome(home, { kind: 'hub', members, policySource: 'releases' }, params);
  for (const folder of [home.auditorData, dirname(home.log('any'))]) makePrivateFolder(folder);
  const added = await writeSigningKeys(withRoot, [], routers);
  writeTokens(home, [], routers);
  writeHubNkeys(home, hubSize(home));
  const addresses = await prepareServer(home, params.listen);
  await renewHubCertificates(home, { listen: addresses.listen, hosts: params.host ?? [], now });
  writeHubBroker(home, addresses);
  const facts = { federation, organisations: {} };
  const directory = await signHomeDirectory(withRoot, {
    facts,
    now,
    added: added.map((key) => listFirstKey(key, { now, person })),
  });
  finishHome(home, now);
  return directory;
}

/**
 * Prepares the home of a hub for a start: renews its certificates and the configuration of its broker, and signs the next version
 * of its directory. Throws `usage` for a home of another kind, `config-invalid` for a folder without a complete home.
 */
export async function prepareHub(
  home: Home,
  { policies, say }: { readonly policies: string; readonly say: (words: string) => void },
): Promise<Directory> {
  requireHub(home);
  const now = new Date();
  const addresses = addressesIn(home);
  await renewHubCertificates(home, { listen: addresses.listen, now });
  const lock = lockDirectory(home);
  try {
    writeHubBroker(home, addresses);
    const before = await newestDirectory(home, say);
    return await renewHubDirectory(home, before, { policies, now, say });
  } finally {
    lock.release();
  }
}

interface RenewParams {
  readonly policies: string;
  readonly now: Date;
  readonly say: (words: string) => void;
}

/** Signs the next version, with the facts of the policies where this home has the key that signs them. */
async function renewHubDirectory(
  home: Home,
  before: Directory,
  { policies, now, say }: RenewParams,
): Promise<Directory> {
  const facts = hubFacts(before, policies);
  try {
    return await signHomeDirectory(home, { facts, policies, now, say });
  } catch (error) {
    if (!isCode(error, 'forbidden')) throw error;
    say('the facts of the policies differ from those of the directory, which only the root key can change');
    return signHomeDirectory(home, { now, say });
  }
}

/**
 * Returns the home with its root key in a file elsewhere, for the calls that make and use that key. Throws `usage` for a file
 * that exists or is in the home.
 */
function withRootAt(home: Home, file: string | undefined): Home {
  if (file === undefined) return home;
  const rootKey = resolve(file);
  if (existsSync(rootKey)) throw fail('usage', `\`${rootKey}\` exists: a key is never overwritten`);
  requireOutside(rootKey, home);
  return { ...home, rootKey };
}

/** Throws `usage` or `config-invalid` unless this is a complete home of a hub. */
export function requireHub(home: Home): void {
  requireKind(home, 'hub');
  if (isInitialised(home)) return;
  throw fail(
    'config-invalid',
    `\`${home.root}\` is not the complete home of a hub: \`${suggestedCommand('init hub')}\` creates one`,
  );
}

/**
 * Returns the facts of the admitted members: those of the folder of policies, and for a member that the folder does not name
 * those of the directory. Where the folder has no contact, that of the directory stays, which the request to join named.
 */
export function hubFacts(before: Directory, policies: string): FederationFacts {
  const { federation, organisations } = readFederation(policies);
  const members = Object.entries(factsOfDirectory(before).organisations).map(([org, known]) => {
    const own = Object.hasOwn(organisations, org) ? organisations[org] : undefined;
    const { contact } = known;
    return [org, own ? { ...(contact === undefined ? {} : { contact }), ...own } : known] as const;
  });
  return { federation, organisations: Object.fromEntries(members) };
}
