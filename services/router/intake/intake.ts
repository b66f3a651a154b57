import type { Bus } from '../../shared/bus/connect.js';
import type { Delivery } from '../../shared/bus/delivery.js';
import { sources } from '../../shared/bus/streams.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import type { Logger } from '../../shared/runtime/logger.js';
import { type Directory, isSuspended, type Organisation } from '../../shared/trust/directory.js';
import type { Accounts } from '../accounts.js';
import type { OpenAlone } from '../frames/poison.js';
import { claimedFrame } from '../frames/quarantine-message.js';
import type { Hub } from '../hub.js';
import type { RouterMetrics } from '../observe/metrics.js';
import type { ObservedRecipes } from '../observe/observe-recipes.js';
import { redeliverParked } from '../parked/redeliver-parked.js';
import { type CommandSteps, handleCommand } from '../quarantine/commands.js';
import { retryOnConflict } from '../retry-on-conflict.js';
import { createHandleMessage } from './handle.js';
import { createPulling, type Pull } from './pulling.js';

/** What a router pulls: everything while its gate is open, only commands while it can carry out a rule-out. */
export type Taking = 'everything' | 'commands' | 'nothing';

/** Pulls commands, what each organisation sends, and what is parked for it. */
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
  const { log, directory } = deps;
  const pulling = createPulling((name, { code, message }) => log.warn({ pull: name, code }, message));
  const commands = pullCommands(deps);
  const pullsOf = createPullsOf(deps);
  const pulls: Readonly<Record<Taking, () => readonly Pull[]>> = {
    everything: () => [commands, ...[...directory().organisations.values()].flatMap(pullsOf)],
    commands: () => [commands],
    nothing: () => [],
  };
  return { update: (taking) => pulling.want(pulls[taking]()), stop: pulling.stop };
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

/** One consumer for what an organisation sends, and one for what is parked for it. */
function createPullsOf(deps: IntakeDeps): (organisation: Organisation) => readonly Pull[] {
  const { hub, accounts, metrics, log } = deps;
  const handleMessage = createHandleMessage(deps);
  return (organisation) => {
    const org = organisation.id;
    const bus = accounts.bus(org);
    if (bus === undefined) return [];
    const parked: Pull = {
      name: `parked ${org}`,
      bus: hub.core,
      source: sources.parked(org),
      handle: (delivery) => retryOnConflict(() => redeliverParked(hub, org, delivery)),
    };
    const waiting = accounts.streams().backlog.recipients.has(org) ? [parked] : [];
    // Nothing is taken from a suspended organisation.
    if (isSuspended(organisation, hub.clock()) || accounts.streams().unavailable.has(org)) return waiting;
    const handle: Pull['handle'] = async (delivery) => {
      metrics.message(delivery.bytes.length);
      await handleMessage(org, delivery);
      logHandled(log, org, delivery);
    };
    return [{ name: `out ${org}`, bus, source: sources.out, handle }, ...waiting];
  };
}

function logHandled(log: Logger, org: OrgId, { subject, bytes, attempt }: Delivery): void {
  if (!log.isLevelEnabled('debug')) return;
  log.debug({ org, ...claimedFrame(subject), attempt, size: bytes.length }, 'handled');
}
