import { monitoringAt } from '../../shared/bus/monitoring.js';
import type { Home } from '../../shared/runtime/home.js';
import { memberSummary } from '../../shared/trust/directory/member-summary.js';
import {
  type ReleaseInForce,
  readRoutedMembers,
  type RoutedMembers,
  type WaitingKeyRequest,
} from '../../shared/wire/routed-members.js';
import type { MemberSummary } from '../../shared/wire/shown-member.js';
import { findGateways, isOfHub, type RunFile } from '../home/run-file.js';
import { newestDirectory } from '../init/home-directory.js';
import { type ListedKey, listedKey } from '../key/key-table.js';
import { localKeys } from '../key/local-keys.js';
import { contactsIn } from '../status/read-broker.js';

/** A member as `org show` shows it. Dates are ISO 8601. */
export interface ShownMember extends MemberSummary {
  /** Seconds since the broker heard from its connected gateway; null if none is connected, or the hub does not run. */
  readonly lastContact: number | null;
  /** Digests of its adopted policies, by layer; null if no router answers. */
  readonly policies: Readonly<Record<string, string>> | null;
  /** Its release of policies in force; null where there is none, or no router answers. */
  readonly release: ReleaseInForce | null;
  /** What it asked about its keys; null if no router answers. */
  readonly keyRequests: readonly WaitingKeyRequest[] | null;
  readonly keys: readonly ListedKey[];
}

/** The members of a federation, with the version of the directory and the contract of the hub. */
export interface ShownMembers {
  readonly version: number;
  readonly contract: number;
  readonly members: readonly ShownMember[];
}

/**
 * Reads every member from the directory of a home, and from its hub, while that runs, who is connected, whose policies are
 * adopted and who asked about its keys. Throws as `newestDirectory` and `findGateways` do.
 */
export async function readShownMembers(home: Home, say: (words: string) => void): Promise<ShownMembers> {
  const directory = await newestDirectory(home, say);
  const here = new Set(localKeys(home, directory).map(({ kid }) => kid));
  const [running, now] = [findGateways(home), new Date()];
  // A site knows the directory alone.
  const run = running !== undefined && isOfHub(running) ? running : undefined;
  const [contacts, routed] = await Promise.all([readContacts(run, now), readRouted(run)]);
  const members = [...directory.organisations.values()].map((member): ShownMember => {
    const { policies = null, release = null, keyRequests = null } = routed?.[member.id] ?? {};
    return {
      ...memberSummary(member, now),
      lastContact: contacts.get(member.id) ?? null,
      policies,
      release,
      keyRequests,
      keys: member.keys.map((key) => listedKey(key, { here, now })),
    };
  });
  return { version: directory.version, contract: directory.hub.contract, members };
}

async function readContacts(run: RunFile | undefined, now: Date): Promise<ReadonlyMap<string, number>> {
  if (run === undefined) return new Map();
  const connections = await monitoringAt(run.monitor)
    .connections()
    .catch(() => []);
  return contactsIn(connections, now);
}

async function readRouted(run: RunFile | undefined): Promise<RoutedMembers | null> {
  return run === undefined ? null : readRoutedMembers([run.router, ...Object.values(run.moreRouters ?? {})]);
}
