import type { Bus } from '../shared/bus/connect.js';
import { type ConsumerState, consumerState } from '../shared/bus/consumer-state.js';
import { type Source, sources } from '../shared/bus/streams.js';
import { errorFrom, type LiaisonError } from '../shared/kernel/errors.js';
import type { OrgId } from '../shared/kernel/ids.js';
import { createInboxStates, type InboxState } from './inbox-state.js';

/** Organisations with an unavailable stream or account, and the reason. Other organisations are not affected. */
export type Unavailable = ReadonlyMap<OrgId, LiaisonError>;

/** Totals over all organisations. */
export interface Backlog {
  readonly out: number;
  readonly parked: number;
  /** Recipients with parked copies. */
  readonly recipients: ReadonlySet<OrgId>;
}

/** The streams of one organisation. */
const STREAMS = ['OUT', 'IN', 'PARKED'] as const;

/** The epoch of one organisation's stream. */
export interface StreamEpoch {
  readonly org: OrgId;
  readonly stream: (typeof STREAMS)[number];
  readonly epoch: string;
}

/** The name of the stored fact with the epoch of a stream, as of the last check. */
export const epochFact = ({ org, stream }: Omit<StreamEpoch, 'epoch'>): string => `epoch ${stream} ${org}`;

/** The state before the first check. */
const UNCHECKED: AccountStreams = {
  unavailable: new Map(),
  unparkable: new Map(),
  backlog: { out: 0, parked: 0, recipients: new Set() },
  epochs: [],
  inboxes: new Map(),
};

/** The streams of all organisations at one check. */
export interface AccountStreams {
  /** Organisations whose OUT is unavailable. */
  readonly unavailable: Unavailable;
  /** Recipients whose PARKED is unavailable. */
  readonly unparkable: Unavailable;
  /** Messages waiting in OUT and in PARKED. */
  readonly backlog: Backlog;
  /** The epoch of each stream that could be read. */
  readonly epochs: readonly StreamEpoch[];
  /** The state of each IN that could be read. */
  readonly inboxes: ReadonlyMap<OrgId, ConsumerState>;
}

interface Connections {
  /** The members that have not left, including those without a connection, whose deliveries are parked. */
  readonly members: ReadonlySet<OrgId>;
  readonly buses: ReadonlyMap<OrgId, Bus>;
  /** Accounts that could not be connected to. */
  readonly unconnected: Unavailable;
}

/** The streams of all organisations, checked periodically. */
export interface CheckedStreams {
  /**
   * Reads the state of each organisation's OUT, IN and PARKED. Throws when PARKED fails for all organisations, which is a
   * fault of the hub.
   */
  check(core: Bus): Promise<void>;
  /** The streams of all organisations, as of the last `check`. */
  streams(): AccountStreams;
  /** The state of an organisation's IN, as of the last `check`; undefined when it could not be read. */
  inboxState(org: OrgId): InboxState | undefined;
}

/** Creates the check of the streams behind these connections. */
export function createCheckedStreams(connections: Connections): CheckedStreams {
  const inboxes = createInboxStates();
  let streams = UNCHECKED;
  return {
    check: async (core) => {
      streams = await checkStreams(core, connections);
      inboxes.note(streams.inboxes);
    },
    streams: () => streams,
    inboxState: inboxes.of,
  };
}

async function checkStreams(core: Bus, connections: Connections): Promise<AccountStreams> {
  const states = await readStates(core, connections);
  const [first] = states;
  const isParkedLost = states.every(({ PARKED }) => PARKED.fault !== undefined);
  if (first?.PARKED.fault !== undefined && isParkedLost) throw first.PARKED.fault;
  // `unreachable` says nothing about the streams: the consumers keep pulling.
  const faultsOf = (stream: 'OUT' | 'PARKED'): Unavailable =>
    new Map(
      states.flatMap(({ org, [stream]: { fault } }) =>
        fault === undefined || fault.code === 'unreachable' ? [] : [[org, fault] as const],
      ),
    );
  return {
    unavailable: new Map([...connections.unconnected, ...faultsOf('OUT')]),
    unparkable: faultsOf('PARKED'),
    backlog: {
      out: states.reduce((sum, { OUT }) => sum + OUT.count, 0),
      parked: states.reduce((sum, { PARKED }) => sum + PARKED.count, 0),
      recipients: new Set(states.filter(({ PARKED }) => PARKED.count > 0).map(({ org }) => org)),
    },
    epochs: states.flatMap((state) =>
      STREAMS.flatMap((stream) => {
        const { epoch } = state[stream];
        return epoch === undefined ? [] : [{ org: state.org, stream, epoch }];
      }),
    ),
    inboxes: new Map(states.flatMap(({ org, IN: { state } }) => (state === undefined ? [] : [[org, state]]))),
  };
}

/** Reads the streams of all members; only PARKED for a member without a connection. */
function readStates(core: Bus, { members, buses }: Connections) {
  return Promise.all(
    [...members].map(async (org) => {
      const bus = buses.get(org);
      const [OUT, IN, PARKED] = await Promise.all([
        bus === undefined ? NO_CONNECTION : stateOf(bus, sources.out),
        bus === undefined ? NO_CONNECTION : stateOf(bus, sources.in),
        stateOf(core, sources.parked(org)),
      ]);
      return { org, OUT, IN, PARKED };
    }),
  );
}

interface StreamState {
  /** Number of waiting messages. */
  readonly count: number;
  readonly epoch?: string;
  readonly state?: ConsumerState;
  readonly fault?: LiaisonError;
}

const NO_CONNECTION: StreamState = { count: 0 };

async function stateOf(bus: Bus, source: Source): Promise<StreamState> {
  try {
    const state = await consumerState(bus, source);
    return { count: state.pending + state.ackPending, epoch: state.epoch, state };
  } catch (thrown) {
    return { count: 0, fault: errorFrom(thrown) };
  }
}
