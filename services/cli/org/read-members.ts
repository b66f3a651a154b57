import { type Connection, monitoringAt } from '../../shared/bus/monitoring.js';
import { groupBy } from '../../shared/kernel/group-by.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import type { Home } from '../../shared/runtime/home.js';
import { isInForce, isSuspended, type Organisation } from '../../shared/trust/directory.js';
import { gatewayName } from '../home/process-names.js';
import { findRunning, type RunFile } from '../home/run-file.js';
import { newestDirectory } from '../init/home-directory.js';
import { probe } from '../http-client.js';
import { type ListedKey, listedKey } from '../key/key-table.js';
import { localKeys } from '../key/local-keys.js';

/** A member as `org show` shows it. Dates are ISO 8601. */
export interface ShownMember {
  readonly id: OrgId;
  readonly name: string;
  readonly state: 'member' | 'suspended' | 'leaving' | 'left';
  readonly suspendedAt: string | null;
  readonly leavingAt: string | null;
  readonly leftAt: string | null;
  /** How people at the hub reach it. */
  readonly contact: string | null;
  /** The newest contract that its gateway speaks. */
  readonly contract: number;
  /** When the first of its uses has no key in force any more; null if one has none now. */
  readonly keysEnd: string | null;
  /** Seconds since the broker heard from its connected gateway; null if none is connected, or the hub does not run. */
  readonly lastContact: number | null;
  /** Digests of its adopted policies, by layer; null if no router answers. */
  readonly policies: Readonly<Record<string, string>> | null;
  readonly keys: readonly ListedKey[];
}

/** The members of a federation, with the version of the directory and the contract of the hub. */
export interface ShownMembers {
  readonly version: number;
  readonly contract: number;
  readonly members: readonly ShownMember[];
}

/**
 * Reads every member from the directory of a home, and from its hub, while that runs, who is connected and whose policies are
 * adopted. Throws as `newestDirectory` and `findRunning` do.
 */
export async function readShownMembers(home: Home, say: (words: string) => void): Promise<ShownMembers> {
  const directory = await newestDirectory(home, say);
  const here = new Set(localKeys(home, directory).map(({ kid }) => kid));
  const [run, now] = [findRunning(home), new Date()];
  const [contacts, policies] = await Promise.all([readContacts(run, now), readPolicies(run)]);
  const members = [...directory.organisations.values()].map((member): ShownMember => {
    return {
      id: member.id,
      name: member.name,
      state: stateOf(member, now),
      suspendedAt: member.suspendedAt?.toISOString() ?? null,
      leavingAt: member.leavingAt?.toISOString() ?? null,
      leftAt: member.leftAt?.toISOString() ?? null,
      contact: member.contact ?? null,
      contract: member.contract,
      keysEnd: keysEnd(member, now)?.toISOString() ?? null,
      lastContact: contacts.get(member.id) ?? null,
      policies: policies && policiesOf(policies, member.id),
      keys: member.keys.map((key) => listedKey(key, { here, now })),
    };
  });
  return { version: directory.version, contract: directory.hub.contract, members };
}

function stateOf(member: Organisation, now: Date): ShownMember['state'] {
  const isPast = (date: Date | undefined): boolean => date !== undefined && date <= now;
  if (isPast(member.leftAt)) return 'left';
  if (isPast(member.leavingAt)) return 'leaving';
  return isSuspended(member, now) ? 'suspended' : 'member';
}

/** Returns the end of the use whose last key in force ends first; undefined if a use has no key in force. */
function keysEnd({ keys }: Organisation, now: Date): Date | undefined {
  const ends = [...groupBy(keys, ({ use }) => use).values()].map((ofUse) =>
    Math.max(...ofUse.filter((key) => isInForce(key, now)).map(({ notAfter }) => notAfter.getTime())),
  );
  const first = Math.min(...ends);
  return Number.isFinite(first) ? new Date(first) : undefined;
}

async function readContacts(run: RunFile | undefined, now: Date): Promise<ReadonlyMap<string, number>> {
  const connections: readonly Connection[] =
    run === undefined
      ? []
      : await monitoringAt(run.monitor)
          .connections()
          .catch(() => []);
  // A client chooses its name, but not its account.
  const gateways = connections.filter(({ account, name }) => name === gatewayName(account));
  return new Map(
    gateways.map(({ account, lastActivity }) => {
      return [account, Math.max(0, now.getTime() - lastActivity.getTime()) / 1000] as const;
    }),
  );
}

/** Returns the digests of the adopted policies by set, such as `europol/import`, of the first router that answers. */
async function readPolicies(run: RunFile | undefined): Promise<Readonly<Record<string, unknown>> | null> {
  const routers = run === undefined ? [] : [run.router, ...Object.values(run.moreRouters ?? {})];
  for (const router of routers) {
    const { policies } = Object((await probe(`${router}/readyz`))?.body) as { readonly policies?: unknown };
    if (policies !== undefined) return Object(policies) as Readonly<Record<string, unknown>>;
  }
  return null;
}

function policiesOf(
  policies: Readonly<Record<string, unknown>>,
  org: OrgId,
): Readonly<Record<string, string>> {
  const own = Object.entries(policies).flatMap(([set, digest]) =>
    set.startsWith(`${org}/`) ? [[set.slice(org.length + 1), String(digest)] as const] : [],
  );
  return Object.fromEntries(own);
}
