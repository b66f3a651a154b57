import type { Bus } from '../shared/bus/connect.js';
import { publishLatest } from '../shared/bus/publish.js';
import { errorFrom, type LiaisonError } from '../shared/kernel/errors.js';
import type { OrgId } from '../shared/kernel/ids.js';
import { type Directory, hasLeft } from '../shared/trust/directory.js';
import { subjects } from '../shared/wire/subjects.js';
import { type CheckedStreams, createCheckedStreams } from './account-streams.js';
import type { ReceivedHeartbeat } from './ledger/heartbeat-watch.js';
import { withDeadline } from '../shared/kernel/with-deadline.js';

/** The router's connections to the organisations, each into that organisation's own account. */
export interface Accounts extends CheckedStreams {
  bus(org: OrgId): Bus | undefined;
  /**
   * Opens a connection for each member that has none, and closes that of a member that has left. When `connect` gives undefined,
   * the member has no account yet; when it fails, that member becomes unavailable and the others are not affected.
   */
  follow(directory: Directory): Promise<void>;
  /** Republishes the directory and the newest heartbeat to an organisation whose IN was created again. */
  announceAgain(org: OrgId): void;
  /** Publishes the directory and the newest heartbeat to accounts that do not have them yet. Does not wait. */
  announce(current: {
    readonly directory: Directory;
    readonly heartbeat: ReceivedHeartbeat | undefined;
    readonly signal: AbortSignal;
  }): void;
  close(): Promise<void>;
}

/** Creates the connections; none before the first `follow`. `connect` gives undefined for a member without an account. */
export function createAccounts(connect: (org: OrgId) => Promise<Bus | undefined>): Accounts {
  const members = new Set<OrgId>();
  const buses = new Map<OrgId, Bus>();
  const unconnected = new Map<OrgId, LiaisonError>();
  const connecting = new Set<OrgId>();
  const announcements = createAnnouncements(buses);
  let isClosed = false;
  const open = async (org: OrgId): Promise<void> => {
    if (buses.has(org) || connecting.has(org)) return;
    connecting.add(org);
    try {
      const bus = await connect(org);
      unconnected.delete(org);
      if (bus === undefined) return;
      if (isClosed || !members.has(org)) return await bus.close();
      buses.set(org, bus);
      // The next round opens a new connection.
      void bus.closed.then(() => buses.get(org) === bus && buses.delete(org));
    } catch (thrown) {
      if (members.has(org)) unconnected.set(org, errorFrom(thrown));
    } finally {
      connecting.delete(org);
    }
  };
  return {
    bus: (org) => buses.get(org),
    follow: async (directory) => {
      updateMembers(members, directory);
      // A connection to a removed account tries to log in for ever.
      for (const [org, bus] of buses) if (!members.has(org) && buses.delete(org)) void bus.close();
      for (const org of unconnected.keys()) if (!members.has(org)) unconnected.delete(org);
      await Promise.all([...members].map(open));
    },
    ...createCheckedStreams({ members, buses, unconnected }),
    ...announcements,
    close: async () => {
      isClosed = true;
      await Promise.all([...buses.values()].map((bus) => bus.close()));
    },
  };
}

/** Adds members, and removes those that have left. */
function updateMembers(members: Set<OrgId>, directory: Directory): void {
  for (const org of directory.organisations.keys())
    if (hasLeft(directory, org)) members.delete(org);
    else members.add(org);
}

const ANNOUNCE_TIMEOUT_MS = 5_000;

/** Runs one announcement for each organisation at a time, so that an IN that does not answer delays no other organisation. */
function createAnnouncements(buses: ReadonlyMap<OrgId, Bus>): Pick<Accounts, 'announce' | 'announceAgain'> {
  const publishDirectory = createPublishIfNew(subjects.directory());
  const publishHeartbeat = createPublishIfNew(subjects.checkpointIn());
  const announcing = new Set<Bus>();
  const announce: Accounts['announce'] = ({ directory, heartbeat, signal }) => {
    for (const bus of buses.values()) {
      if (announcing.has(bus)) continue;
      announcing.add(bus);
      withDeadline({ signal, ms: ANNOUNCE_TIMEOUT_MS }, async (soon) => {
        await publishDirectory.publish(bus, { name: directory.digest, bytes: directory.frame }, soon);
        if (heartbeat !== undefined)
          await publishHeartbeat.publish(bus, { name: heartbeat.token, bytes: heartbeat.frame }, soon);
      })
        // A later round publishes what was not published now.
        .catch(() => undefined)
        .finally(() => announcing.delete(bus));
    }
  };
  const announceAgain = (org: OrgId): void => {
    const bus = buses.get(org);
    if (bus !== undefined) for (const { forget } of [publishDirectory, publishHeartbeat]) forget(bus);
  };
  return { announce, announceAgain };
}

interface Latest {
  /** Identifies the bytes. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

interface PublishIfNew {
  /** Publishes to an account unless what has this name was the last published there. Retries a full IN in the next round. */
  readonly publish: (bus: Bus, latest: Latest, signal: AbortSignal) => Promise<void>;
  /** Forgets what was published to an account. */
  readonly forget: (bus: Bus) => void;
}

function createPublishIfNew(subject: string): PublishIfNew {
  const published = new WeakMap<Bus, string>();
  return {
    publish: async (bus, { name, bytes }, signal) => {
      if (published.get(bus) === name) return;
      const outcome = await publishLatest(bus, { subject, bytes, signal });
      if (outcome === 'stored') published.set(bus, name);
    },
    forget: (bus) => void published.delete(bus),
  };
}
