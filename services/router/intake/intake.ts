import type { Bus } from '../../shared/bus/connect.js';
import type { Delivery } from '../../shared/bus/delivery.js';
import { QUERIES_AT_ONCE, sources } from '../../shared/bus/streams.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import type { Logger } from '../../shared/runtime/logger.js';
import { type Directory, isSuspended, type Organisation } from '../../shared/trust/directory.js';
import type { Accounts } from '../accounts.js';
import type { OpenAlone } from '../../shared/trust/suspect/open-alone.js';
import { claimedFrame } from '../frames/quarantine-message.js';
import type { Hub } from '../hub.js';
import type { RouterMetrics } from '../observe/metrics.js';
import type { ObservedRecipes } from '../observe/observe-recipes.js';
import { createOwedActs, type OwedActs } from '../parked/hand-over-owed.js';
import { FULL_INBOX_PAUSE_MS, redeliverParked } from '../parked/redeliver-parked.js';
import { createTakeBackUnread, type TakeBackUnread } from '../parked/take-back-unread.js';
import { type CommandSteps, handleCommand } from '../quarantine/commands.js';
import { createForwardOwed } from '../receipts/forward-owed.js';
import { retryOnConflict } from '../retry-on-conflict.js';
import { createHandleMessages } from './handle.js';
import { createMemberRounds } from './member-rounds.js';
import { createPulling, type Pull } from './pulling.js';

/**
 * What a router pulls: everything while its gate is open. While the gate is closed: questions if it can sign
 * an answer, and commands as well if it can carry out a rule-out.
 */
export type Taking = 'everything' | 'commands' | 'questions' | 'nothing';

/** Pulls commands, what each organisation sends and asks, and what is parked for it. */
export interface Intake {
  /** Starts the consumers that `taking` includes and stops the others; does not wait for messages under way. */
  update(taking: Taking): void;
  /** Stops every consumer; resolves when no message is under way. */
  stop(): Promise<void>;
}

interface IntakeDeps extends ObservedRecipes {
  readonly hub: Hub;
  readonly command: Bus;
  readonly directory: () => Directory;
  readonly accounts: Pick<Accounts, 'bus' | 'streams'>;
  readonly metrics: Pick<RouterMetrics, 'message'>;
  readonly log: Logger;
  readonly openAlone: OpenAlone;
  readonly commandSteps?: CommandSteps;
}

/** Creates the intake, closed at first. */
export function createIntake(deps: IntakeDeps): Intake {
  const { hub, log, directory } = deps;
  const pulling = createPulling((name, { code, message }) => log.warn({ pull: name, code }, message));
  const commands = pullCommands(deps);
  const owed = createOwedActs(hub);
  const forwardOwed = createForwardOwed(hub);
  const handing = createMemberRounds(async (org) => {
    if (await owed.handOver(org)) await forwardOwed(org);
  }, log);
  // Rounds of their own, because what lies in one IN may take seconds.
  const takeBack = createTakeBackUnread(hub);
  const takingBack = createMemberRounds((org) => takeBackFrom(deps, org, takeBack), log);
  const { frames, questions } = createPullsOf(deps, owed);
  const of = (pullsOf: PullsOf) => [...directory().organisations.values()].flatMap(pullsOf);
  const pulls: Readonly<Record<Taking, () => readonly Pull[]>> = {
    everything: () => [commands, ...of(questions), ...of(frames)],
    commands: () => [commands, ...of(questions)],
    questions: () => of(questions),
    nothing: () => [],
  };
  return {
    update: (taking) => {
      pulling.want(pulls[taking]());
      if (taking !== 'everything') return;
      // Members that have left are skipped: each attempt would sign a delivery that cannot be made.
      const orgs = [...directory().organisations.keys()].filter((org) => !hub.hasLeft(org));
      for (const rounds of [handing, takingBack]) rounds.begin(orgs);
    },
    stop: async () => {
      await Promise.all([pulling.stop(), handing.idle(), takingBack.idle()]);
    },
  };
}

/** Takes back what a suspended organisation has not acknowledged. */
async function takeBackFrom(
  { hub, directory, accounts }: IntakeDeps,
  org: OrgId,
  takeBack: TakeBackUnread,
): Promise<void> {
  const [member, bus] = [directory().organisations.get(org), accounts.bus(org)];
  if (member === undefined || bus === undefined || !isSuspended(member, hub.clock())) return;
  await takeBack(bus, org);
}

function pullCommands({ hub, command, openAlone, replayRecipes, commandSteps }: IntakeDeps): Pull {
  const context = { hub, openAlone, ...replayRecipes };
  return {
    name: 'commands',
    bus: command,
    source: sources.command,
    handle: (delivery) => handleCommand(context, delivery, commandSteps),
  };
}

/** The consumer of OUT for each handler, and how many of its messages are handled at the same time. */
const READ = {
  frame: { source: sources.out, parallel: 1 },
  query: { source: sources.queries, parallel: QUERIES_AT_ONCE },
} as const;

type PullsOf = (organisation: Organisation) => readonly Pull[];

/** The consumers of one organisation: for what it sends and what is parked for it, and for what it asks. */
function createPullsOf(deps: IntakeDeps, owed: OwedActs): Readonly<Record<'frames' | 'questions', PullsOf>> {
  const { hub, accounts, metrics, log } = deps;
  const handle = createHandleMessages(deps);
  const pullOut = (org: OrgId, bus: Bus, of: keyof typeof handle): Pull => ({
    name: `${of} ${org}`,
    bus,
    ...READ[of],
    handle: async (delivery) => {
      metrics.message(delivery.bytes.length);
      await handle[of](org, delivery);
      logHandled(log, org, delivery);
    },
  });
  const isUnavailable = (org: OrgId): boolean => accounts.streams().unavailable.has(org);
  return {
    questions: ({ id: org }) => {
      const bus = accounts.bus(org);
      return bus === undefined || isUnavailable(org) ? [] : [pullOut(org, bus, 'query')];
    },
    frames: ({ id: org }) => {
      const bus = accounts.bus(org);
      if (bus === undefined) return [];
      const parked: Pull = {
        name: `parked ${org}`,
        bus: hub.core,
        source: sources.parked(org),
        handle: async (delivery) => {
          // Ends and bars are handed over before the copies that are parked.
          if (!(await owed.handOver(org))) return delivery.nak(FULL_INBOX_PAUSE_MS);
          await retryOnConflict(() => redeliverParked(hub, org, delivery));
        },
      };
      const waiting = accounts.streams().backlog.recipients.has(org) ? [parked] : [];
      // What a suspended organisation may still send is judged item by item.
      if (isUnavailable(org)) return waiting;
      return [pullOut(org, bus, 'frame'), ...waiting];
    },
  };
}

function logHandled(log: Logger, org: OrgId, { subject, bytes, attempt }: Delivery): void {
  if (!log.isLevelEnabled('debug')) return;
  log.debug({ org, ...claimedFrame(subject), attempt, size: bytes.length }, 'handled');
}
