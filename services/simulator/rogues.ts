import { type Bus, connectAs } from '../shared/bus/connect.js';
import { publishOnce } from '../shared/bus/publish.js';
import { watchStatus } from '../shared/bus/status.js';
import type { FrameId, OrgId } from '../shared/kernel/ids.js';
import { inspectGateway } from '../shared/store/inspect-database.js';
import { subjects } from '../shared/wire/subjects.js';
import type { Rogue, RogueFrame } from './rogue-frames.js';

/** Whoever stole an organisation's nkey, on a connection of their own. */
export interface Rogues {
  /** True when the broker took it. */
  publish(frame: RogueFrame): Promise<boolean>;
  published(): number;
  /** Frames that a signed report or the hub's status events say were refused or quarantined. */
  refused(): number;
  /** What nobody answered for yet. */
  unanswered(): readonly { readonly org: OrgId; readonly rogue: Rogue; readonly frame: FrameId }[];
  close(): Promise<void>;
}

interface RogueDeps {
  readonly servers: string;
  readonly tailSeed: string;
  readonly members: readonly { readonly org: OrgId; readonly seed: string; readonly database: string }[];
}

const PUBLISH_MS = 10_000;
const EVENTS = ['refused', 'quarantined'];

/**
 * Evidence that a frame was turned away: the hub's signed report on it, which the gateway of that organisation keeps as
 * one on a frame it never sent. What is put into quarantine gets no report: there the hub's status events, which are
 * best effort, must do.
 */
export async function openRogues(deps: RogueDeps): Promise<Rogues> {
  const { servers, tailSeed, members } = deps;
  const tail = await connectAs({ servers, seed: tailSeed, role: 'tail', name: 'simulator' });
  const told: string[] = [];
  for (const event of EVENTS) {
    watchStatus(tail, `status.${event}.>`, (_subject, bytes) => told.push(Buffer.from(bytes).toString()));
  }
  const doors = openDoors(deps);
  const open = new Map<FrameId, RogueFrame>();
  let count = 0;

  const settle = (): void => {
    const events = told.splice(0);
    const reported = new Set(
      open.size === 0 ? [] : members.flatMap(({ database }) => foreignFrames(database)),
    );
    for (const frame of open.keys()) {
      if (reported.has(frame) || events.some((event) => event.includes(frame))) open.delete(frame);
    }
  };
  return {
    publish: async (rogue) => {
      open.set(rogue.frame, rogue);
      const isStored = await doors.publish(rogue).catch(() => false);
      if (isStored) count += 1;
      else open.delete(rogue.frame);
      return isStored;
    },
    published: () => count,
    refused: () => {
      settle();
      return count - open.size;
    },
    unanswered: () => [...open.values()].map(({ org, rogue, frame }) => ({ org, rogue, frame })),
    close: async () => {
      await Promise.all([tail.close(), doors.close()]);
    },
  };
}

/** A connection an organisation, opened when first used. */
function openDoors({ servers, members }: RogueDeps) {
  const buses = new Map<OrgId, Promise<Bus>>();
  const busOf = (org: OrgId): Promise<Bus> => {
    const seed = members.find((member) => member.org === org)?.seed ?? '';
    const bus = buses.get(org) ?? connectAs({ servers, seed, role: 'gateway', name: 'rogue' });
    buses.set(org, bus);
    return bus;
  };
  return {
    publish: async ({ org, frame, bytes }: RogueFrame): Promise<boolean> => {
      const message = { subject: subjects.out('notice', frame), bytes };
      const signal = AbortSignal.timeout(PUBLISH_MS);
      return (await publishOnce(await busOf(org), { ...message, signal })) === 'stored';
    },
    close: async (): Promise<void> => {
      const opened = await Promise.allSettled(buses.values());
      await Promise.all(opened.flatMap((bus) => (bus.status === 'fulfilled' ? [bus.value.close()] : [])));
    },
  };
}

function foreignFrames(database: string): readonly string[] {
  const inspection = inspectGateway(database);
  try {
    return inspection.foreignFrames();
  } finally {
    inspection.close();
  }
}
