import type { Bus } from '../shared/bus/connect.js';
import { consumerState } from '../shared/bus/consumer-state.js';
import { publishLatest } from '../shared/bus/publish.js';
import { type Source, sources } from '../shared/bus/streams.js';
import { errorFrom, type LiaisonError } from '../shared/kernel/errors.js';
import { type OrgId, parseOrgId } from '../shared/kernel/ids.js';
import type { Directory } from '../shared/trust/directory.js';
import { subjects } from '../shared/wire/subjects.js';
import type { ReceivedHeartbeat } from './ledger/heartbeat-watch.js';
import { withDeadline } from '../shared/kernel/with-deadline.js';

/** Organisations whose account cannot be used at present, and why. The others are not affected. */
export type Unavailable = ReadonlyMap<OrgId, LiaisonError>;

/** The router's connections to the organisations, each into that organisation's own account. */
export interface Accounts {
  bus(org: OrgId): Bus | undefined;
  /**
   * Opens a connection for each member that has none. When `connect` gives undefined, the member has no
   * account yet; when it fails, that member becomes unavailable and the others are not affected.
   */
  follow(directory: Directory): Promise<void>;
  /** Reads the state of each OUT and PARKED. Throws when PARKED fails for every organisation: that is a fault of the hub. */
  check(core: Bus): Promise<void>;
  /** The organisations that were unavailable at the last `check`. */
  unavailable(): Unavailable;
  /** Messages waiting in OUT and in PARKED, as of the last `check`. */
  backlog(): Backlog;
  /** Publishes the directory and the newest heartbeat to accounts that do not have them yet. Does not wait. */
  announce(current: {
    readonly directory: Directory;
    readonly heartbeat: ReceivedHeartbeat | undefined;
    readonly signal: AbortSignal;
  }): void;
  close(): Promise<void>;
}

/** Counts over all organisations. */
interface Backlog {
  readonly out: number;
  readonly parked: number;
  /** Recipients with parked copies. */
  readonly recipients: ReadonlySet<OrgId>;
}

const UNCHECKED: Checked = { unavailable: new Map(), backlog: { out: 0, parked: 0, recipients: new Set() } };

/** Creates the connections; none before the first `follow`. `connect` gives undefined for a member without an account. */
export function createAccounts(connect: (org: OrgId) => Promise<Bus | undefined>): Accounts {
  const buses = new Map<OrgId, Bus>();
  const unconnected = new Map<OrgId, LiaisonError>();
  const connecting = new Set<OrgId>();
  let checked = UNCHECKED;
  let isClosed = false;
  const open = async (org: OrgId): Promise<void> => {
    if (buses.has(org) || connecting.has(org)) return;
    connecting.add(org);
    try {
      const bus = await connect(org);
      unconnected.delete(org);
      if (bus === undefined) return;
      if (isClosed) return await bus.close();
      buses.set(org, bus);
      // A removed account or an unknown key ends the connection for good; the next round opens a new one.
      void bus.closed.then(() => buses.get(org) === bus && buses.delete(org));
    } catch (thrown) {
      unconnected.set(org, errorFrom(thrown));
    } finally {
      connecting.delete(org);
    }
  };
  return {
    bus: (org) => buses.get(org),
    follow: async ({ organisations }) => {
      for (const org of unconnected.keys()) if (!organisations.has(org)) unconnected.delete(org);
      await Promise.all([...organisations.keys()].map((org) => open(parseOrgId(org))));
    },
    check: async (core) => {
      checked = await checkStreams(core, { buses, unconnected });
    },
    unavailable: () => checked.unavailable,
    backlog: () => checked.backlog,
    announce: createAnnounce(buses),
    close: async () => {
      isClosed = true;
      await Promise.all([...buses.values()].map((bus) => bus.close()));
    },
  };
}

interface Checked {
  readonly unavailable: Unavailable;
  readonly backlog: Backlog;
}

interface Connections {
  readonly buses: ReadonlyMap<OrgId, Bus>;
  /** Accounts that could not be connected to. */
  readonly unconnected: Unavailable;
}

async function checkStreams(core: Bus, { buses, unconnected }: Connections): Promise<Checked> {
  const states = await Promise.all(
    [...buses].map(async ([org, bus]) => {
      const [out, parked] = await Promise.all([
        waitingIn(bus, sources.out),
        waitingIn(core, sources.parked(org)),
      ]);
      return { org, out, parked };
    }),
  );
  const [first] = states;
  const isParkedLost = states.every(({ parked }) => parked.fault !== undefined);
  if (first?.parked.fault !== undefined && isParkedLost) throw first.parked.fault;
  const unavailable = states.flatMap(({ org, out, parked }) => {
    // `unreachable` says nothing about the streams: the consumers keep pulling.
    const fault = [out.fault, parked.fault].find((one) => one !== undefined && one.code !== 'unreachable');
    return fault === undefined ? [] : [[org, fault] as const];
  });
  return {
    unavailable: new Map([...unconnected, ...unavailable]),
    backlog: {
      out: states.reduce((sum, { out }) => sum + out.count, 0),
      parked: states.reduce((sum, { parked }) => sum + parked.count, 0),
      recipients: new Set(states.filter(({ parked }) => parked.count > 0).map(({ org }) => org)),
    },
  };
}

interface Waiting {
  readonly count: number;
  readonly fault?: LiaisonError;
}

async function waitingIn(bus: Bus, source: Source): Promise<Waiting> {
  try {
    const { pending, ackPending } = await consumerState(bus, source);
    return { count: pending + ackPending };
  } catch (thrown) {
    return { count: 0, fault: errorFrom(thrown) };
  }
}

const ANNOUNCE_TIMEOUT_MS = 5_000;

/** Runs one announcement for each organisation at a time, so that an IN that does not answer delays no other organisation. */
function createAnnounce(buses: ReadonlyMap<OrgId, Bus>): Accounts['announce'] {
  const publishDirectory = createPublishIfNew(subjects.directory());
  const publishHeartbeat = createPublishIfNew(subjects.checkpointIn());
  const announcing = new Set<Bus>();
  return ({ directory, heartbeat, signal }) => {
    for (const bus of buses.values()) {
      if (announcing.has(bus)) continue;
      announcing.add(bus);
      withDeadline({ signal, ms: ANNOUNCE_TIMEOUT_MS }, async (soon) => {
        await publishDirectory(bus, directory.jws, soon);
        if (heartbeat !== undefined) await publishHeartbeat(bus, heartbeat.token, soon);
      })
        // A later round publishes what was not published now.
        .catch(() => undefined)
        .finally(() => announcing.delete(bus));
    }
  };
}

/** Publishes a token to an account unless it was the last one published there. A full IN is tried again in the next round. */
function createPublishIfNew(
  subject: string,
): (bus: Bus, token: string, signal: AbortSignal) => Promise<void> {
  const published = new WeakMap<Bus, string>();
  return async (bus, token, signal) => {
    if (published.get(bus) === token) return;
    const outcome = await publishLatest(bus, { subject, bytes: Buffer.from(token), signal });
    if (outcome === 'stored') published.set(bus, token);
  };
}
