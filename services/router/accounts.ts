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

/** Organisations that cannot be worked with now, and why; nobody else waits for them. */
export type Unavailable = ReadonlyMap<OrgId, LiaisonError>;

/** The router's connections: one an organisation, each into that organisation's account alone. */
export interface Accounts {
  bus(org: OrgId): Bus | undefined;
  /**
   * Connects to the accounts of members that have no open connection; undefined of `connect` is a member without an
   * account yet. One that fails is unavailable and holds nobody else.
   */
  follow(directory: Directory): Promise<void>;
  /** Looks at OUT and PARKED of each; throws what is wrong with PARKED for everybody, which is a fault of the hub. */
  check(core: Bus): Promise<void>;
  /** As of the last look. */
  unavailable(): Unavailable;
  /** What waits in OUT and in PARKED, as of the last look. */
  backlog(): Backlog;
  /** Publishes the directory where it is not known yet, and the newest heartbeat; waits for nobody. */
  announce(news: {
    readonly directory: Directory;
    readonly heartbeat: ReceivedHeartbeat | undefined;
    readonly signal: AbortSignal;
  }): void;
  close(): Promise<void>;
}

/** Frames of all organisations together. */
interface Backlog {
  readonly out: number;
  readonly parked: number;
  /** For whom something is parked. */
  readonly recipients: ReadonlySet<OrgId>;
}

const NOTHING: Looked = { unavailable: new Map(), backlog: { out: 0, parked: 0, recipients: new Set() } };

export function createAccounts(connect: (org: OrgId) => Promise<Bus | undefined>): Accounts {
  const buses = new Map<OrgId, Bus>();
  const lost = new Map<OrgId, LiaisonError>();
  const connecting = new Set<OrgId>();
  let looked = NOTHING;
  let isClosed = false;
  const open = async (org: OrgId): Promise<void> => {
    if (buses.has(org) || connecting.has(org)) return;
    connecting.add(org);
    try {
      const bus = await connect(org);
      lost.delete(org);
      if (bus === undefined) return;
      if (isClosed) return await bus.close();
      buses.set(org, bus);
      // An account that was removed, or a key no longer known, ends its connection for good: then a new one.
      void bus.closed.then(() => buses.get(org) === bus && buses.delete(org));
    } catch (thrown) {
      lost.set(org, errorFrom(thrown));
    } finally {
      connecting.delete(org);
    }
  };
  return {
    bus: (org) => buses.get(org),
    follow: async ({ organisations }) => {
      for (const org of lost.keys()) if (!organisations.has(org)) lost.delete(org);
      await Promise.all([...organisations.keys()].map((org) => open(parseOrgId(org))));
    },
    check: async (core) => {
      looked = await lookAtStreams(core, { buses, lost });
    },
    unavailable: () => looked.unavailable,
    backlog: () => looked.backlog,
    announce: createAnnounce(buses),
    close: async () => {
      isClosed = true;
      await Promise.all([...buses.values()].map((bus) => bus.close()));
    },
  };
}

interface Looked {
  readonly unavailable: Unavailable;
  readonly backlog: Backlog;
}

interface Known {
  readonly buses: ReadonlyMap<OrgId, Bus>;
  readonly lost: Unavailable;
}

async function lookAtStreams(core: Bus, { buses, lost }: Known): Promise<Looked> {
  const looks = await Promise.all(
    [...buses].map(async ([org, bus]) => {
      const [out, parked] = await Promise.all([
        waitingIn(bus, sources.out),
        waitingIn(core, sources.parked(org)),
      ]);
      return { org, out, parked };
    }),
  );
  const [first] = looks;
  const isLost = looks.every(({ parked }) => parked.fault !== undefined);
  if (first?.parked.fault !== undefined && isLost) throw first.parked.fault;
  const unavailable = looks.flatMap(({ org, out, parked }) => {
    // A broker that does not answer says nothing of the streams; who pulls goes on asking it.
    const fault = [out.fault, parked.fault].find((one) => one !== undefined && one.code !== 'unreachable');
    return fault === undefined ? [] : [[org, fault] as const];
  });
  return {
    unavailable: new Map([...lost, ...unavailable]),
    backlog: {
      out: looks.reduce((sum, { out }) => sum + out.count, 0),
      parked: looks.reduce((sum, { parked }) => sum + parked.count, 0),
      recipients: new Set(looks.filter(({ parked }) => parked.count > 0).map(({ org }) => org)),
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

const TELL_MS = 5_000;

/** One telling an organisation at a time: whose IN does not answer is told later, and holds nobody else's heartbeat. */
function createAnnounce(buses: ReadonlyMap<OrgId, Bus>): Accounts['announce'] {
  const [tellDirectory, reportHeartbeat] = [
    createTeller(subjects.directory()),
    createTeller(subjects.checkpointIn()),
  ];
  const telling = new Set<Bus>();
  return ({ directory, heartbeat, signal }) => {
    for (const bus of buses.values()) {
      if (telling.has(bus)) continue;
      telling.add(bus);
      withDeadline({ signal, ms: TELL_MS }, async (soon) => {
        await tellDirectory(bus, directory.jws, soon);
        if (heartbeat !== undefined) await reportHeartbeat(bus, heartbeat.token, soon);
      })
        // What is not told now is told in a later round.
        .catch(() => undefined)
        .finally(() => telling.delete(bus));
    }
  };
}

/** Puts the newest where it is not known yet. A full IN is asked again: the newest replaces, nobody needs them all. */
function createTeller(subject: string): (bus: Bus, token: string, signal: AbortSignal) => Promise<void> {
  const told = new WeakMap<Bus, string>();
  return async (bus, token, signal) => {
    if (told.get(bus) === token) return;
    const answer = await publishLatest(bus, { subject, bytes: Buffer.from(token), signal });
    if (answer === 'stored') told.set(bus, token);
  };
}
