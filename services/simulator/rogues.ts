import { setTimeout as delay } from 'node:timers/promises';
import { type Bus, connectAs, connectService } from '../shared/bus/connect.js';
import { publishOnce } from '../shared/bus/publish.js';
import { watchStatus } from '../shared/bus/status.js';
import type { FrameId, OrgId } from '../shared/kernel/ids.js';
import { parseStrictJson } from '../shared/kernel/strict-json.js';
import { inspectGateway } from '../shared/store/inspect-gateway.js';
import { subjects } from '../shared/wire/subjects.js';
import type { Rogue, RogueFrame } from './rogue-frames.js';

/** Attackers with stolen nkeys, one for each organisation, each on its own connection. */
export interface Rogues {
  /** Sends a rogue frame; true if the broker accepted it. */
  publish(frame: RogueFrame): Promise<boolean>;
  published(): number;
  /** The number of frames that the hub reported as refused or quarantined. */
  refused(): number;
  /** Resolves when every frame was answered, or when `signal` aborts. */
  untilAnswered(signal: AbortSignal): Promise<void>;
  /** Frames without a refusal so far; `reported` if the hub's signed report about the frame arrived. */
  unanswered(): readonly Unanswered[];
  close(): Promise<void>;
}

export interface Unanswered {
  readonly org: OrgId;
  readonly rogue: Rogue;
  readonly frame: FrameId;
  readonly reported: boolean;
}

interface RogueDeps {
  readonly servers: string;
  readonly tls?: string;
  readonly tailSeed: string;
  readonly members: readonly { readonly org: OrgId; readonly seed: string; readonly database: string }[];
}

const PUBLISH_MS = 10_000;
const EVENTS = ['refused', 'quarantined'];
/**
 * How long to wait for the status event after the report, in milliseconds. An event is published once and may be missed
 * during a disconnection; a frame without any answer is therefore sent again, and refused again.
 */
const GRACE_MS = 3_000;
const LOOK_MS = 250;

interface Open {
  readonly frame: RogueFrame;
  /** When it was last sent, in milliseconds. */
  sentAt: number;
  isStored: boolean;
  isRefused: boolean;
  /** When its report was seen, in milliseconds. */
  reportedAt: number | undefined;
}

/**
 * Opens the attackers. A frame counts as refused only by the hub's event `refused` or `quarantined` about it.
 * A report alone ends the wait and is not counted: the gateway stores only that it arrived, and the frame may
 * have been delivered.
 */
export async function openRogues(deps: RogueDeps): Promise<Rogues> {
  const { servers, tls, tailSeed, members } = deps;
  const tail = await connectService({ servers, tls, seed: tailSeed, role: 'tail', name: 'simulator' });
  const doors = openDoors(deps);
  const tracker = createTracker();
  const began = Date.now();
  for (const event of EVENTS) {
    watchStatus(tail, `status.${event}.>`, (_subject, bytes) => tracker.refuse(frameIn(bytes)));
  }
  return {
    publish: (rogue) => tracker.publish(rogue, () => doors.publish(rogue).catch(() => false)),
    published: tracker.published,
    refused: tracker.refused,
    untilAnswered: async (signal) => {
      for (;;) {
        tracker.report(members.flatMap(({ database }) => foreignFrames(database, began)));
        const waiting = tracker.waiting();
        if (waiting.length === 0 || signal.aborted) return;
        for (const frame of takeUnheard(waiting)) void doors.publish(frame).catch(() => false);
        await delay(LOOK_MS);
      }
    },
    unanswered: () =>
      tracker.open().map(({ frame: { org, rogue, frame }, reportedAt }) => {
        return { org, rogue, frame, reported: reportedAt !== undefined };
      }),
    close: async () => {
      await Promise.all([tail.close(), doors.close()]);
    },
  };
}

/** Counters that only rise: a frame counts once the broker accepted it, and as refused after its refusal. */
function createTracker() {
  const open = new Map<string, Open>();
  let [published, refused] = [0, 0];
  const settle = (entry: Open): void => {
    if (!entry.isStored || !entry.isRefused) return;
    open.delete(entry.frame.frame);
    refused += 1;
  };
  return {
    publish: async (rogue: RogueFrame, send: () => Promise<boolean>): Promise<boolean> => {
      // Equal bytes are the same frame.
      if (open.has(rogue.frame)) return false;
      const [isStored, isRefused] = [false, false];
      const entry: Open = { frame: rogue, sentAt: Date.now(), isStored, isRefused, reportedAt: undefined };
      open.set(rogue.frame, entry);
      entry.isStored = await send();
      if (entry.isStored) published += 1;
      else open.delete(rogue.frame);
      settle(entry);
      return entry.isStored;
    },
    refuse: (frame: string): void => {
      const entry = open.get(frame);
      if (entry === undefined) return;
      entry.isRefused = true;
      settle(entry);
    },
    report: (frames: readonly string[]): void => {
      for (const frame of frames) {
        const entry = open.get(frame);
        if (entry !== undefined) entry.reportedAt ??= Date.now();
      }
    },
    open: (): readonly Open[] => [...open.values()],
    waiting: (): readonly Open[] => waitingOf([...open.values()]),
    published: () => published,
    refused: () => refused,
  };
}

function waitingOf(open: readonly Open[]): readonly Open[] {
  const since = Date.now() - GRACE_MS;
  return open.filter(({ reportedAt = Infinity }) => reportedAt > since);
}

/** Returns the frames to send again now. */
function takeUnheard(waiting: readonly Open[]): readonly RogueFrame[] {
  const since = Date.now() - GRACE_MS;
  const unheard = waiting.filter(({ isStored, sentAt }) => isStored && sentAt < since);
  for (const entry of unheard) entry.sentAt = Date.now();
  return unheard.map(({ frame }) => frame);
}

/** Returns the frame that a status event names; undefined for other messages. */
function frameIn(bytes: Uint8Array): string {
  try {
    const { data } = Object(parseStrictJson(bytes)) as { readonly data?: unknown };
    const { frame } = Object(data) as { readonly frame?: unknown };
    return typeof frame === 'string' ? frame : '';
  } catch {
    return '';
  }
}

/** One connection for each organisation, opened at its first use. */
function openDoors({ servers, tls, members }: RogueDeps) {
  const buses = new Map<OrgId, Promise<Bus>>();
  const busOf = (org: OrgId): Promise<Bus> => {
    const seed = members.find((member) => member.org === org)?.seed ?? '';
    const bus = buses.get(org) ?? connectAs({ servers, tls, seed, role: 'gateway', name: 'rogue' });
    // A failed connection is forgotten, so that the next use tries again.
    bus.catch(() => buses.delete(org));
    buses.set(org, bus);
    return bus;
  };
  return {
    publish: async ({ org, frame, bytes }: RogueFrame): Promise<boolean> => {
      const message = { subject: subjects.out('submission', frame), bytes };
      const signal = AbortSignal.timeout(PUBLISH_MS);
      return (await publishOnce(await busOf(org), { ...message, signal })) === 'stored';
    },
    close: async (): Promise<void> => {
      const opened = await Promise.allSettled(buses.values());
      await Promise.all(opened.flatMap((bus) => (bus.status === 'fulfilled' ? [bus.value.close()] : [])));
    },
  };
}

function foreignFrames(database: string, from: number): readonly string[] {
  const inspection = inspectGateway(database);
  try {
    return inspection.foreignFrames(from);
  } finally {
    inspection.close();
  }
}
