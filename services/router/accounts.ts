import type { Bus } from '../shared/bus/connect.js';
import { consumerState } from '../shared/bus/consumer-state.js';
import { publishLatest } from '../shared/bus/publish.js';
import { sources } from '../shared/bus/streams.js';
import type { OrgId } from '../shared/kernel/ids.js';
import type { Directory } from '../shared/trust/directory.js';
import { subjects } from '../shared/wire/subjects.js';
import type { Beat } from './heartbeat-watch.js';

/** The router's connections: one an organisation, each into that organisation's account alone. */
export interface Accounts {
  bus(org: OrgId): Bus | undefined;
  /** Connects to the accounts of members that came since; undefined of `connect` is a member without an account yet. */
  follow(directory: Directory): Promise<void>;
  /** Throws `stream-missing` when a provisioned stream is not there, `unreachable` when nobody says. */
  check(core: Bus): Promise<void>;
  /** Publishes the directory where it is not known yet, and the newest heartbeat. */
  spread(news: {
    readonly directory: Directory;
    readonly beat: Beat | undefined;
    readonly signal: AbortSignal;
  }): Promise<void>;
  close(): Promise<void>;
}

export function createAccounts(connect: (org: OrgId) => Promise<Bus | undefined>): Accounts {
  const buses = new Map<OrgId, Bus>();
  const [tellDirectory, tellBeat] = [
    createTeller(subjects.directory()),
    createTeller(subjects.checkpointIn()),
  ];
  return {
    bus: (org) => buses.get(org),
    follow: async ({ organisations }) => {
      for (const org of organisations.keys()) {
        if (buses.has(org)) continue;
        const bus = await connect(org);
        if (bus !== undefined) buses.set(org, bus);
      }
    },
    check: async (core) => {
      await Promise.all(
        [...buses].flatMap(([org, bus]) => [
          consumerState(bus, sources.out),
          consumerState(core, sources.parked(org)),
        ]),
      );
    },
    spread: async ({ directory, beat, signal }) => {
      await Promise.all(
        [...buses.values()].map(async (bus) => {
          await tellDirectory(bus, directory.jws, signal);
          if (beat !== undefined) await tellBeat(bus, beat.token, signal);
        }),
      );
    },
    close: async () => {
      await Promise.all([...buses.values()].map((bus) => bus.close()));
    },
  };
}

/** Puts the newest where it is not known yet. A full IN is asked again: the newest replaces, nobody needs them all. */
function createTeller(subject: string): (bus: Bus, token: string, signal: AbortSignal) => Promise<void> {
  const told = new Map<Bus, string>();
  return async (bus, token, signal) => {
    if (told.get(bus) === token) return;
    const answer = await publishLatest(bus, { subject, bytes: Buffer.from(token), signal });
    if (answer === 'stored') told.set(bus, token);
  };
}
