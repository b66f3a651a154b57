import { setTimeout as delay } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import { connectAs } from '../../shared/bus/connect.js';
import { publishLatest } from '../../shared/bus/publish.js';
import { fail, isCode } from '../../shared/kernel/errors.js';
import {
  type CommandId,
  type NoticeId,
  parseCommandId,
  parseEntryId,
  parseOrgId,
} from '../../shared/kernel/ids.js';
import { signCommand, verifyCommand } from '../../shared/ledger/command.js';
import type { CommandedRelease, EndedLog, LedgerPlace } from '../../shared/ledger/command-content.js';
import type { Home } from '../../shared/runtime/home.js';
import { readPersonSigner } from '../../shared/trust/signers/person-signer.js';
import { readSecret } from '../../shared/trust/secret-file.js';
import type { ShownCommand, ShownEntry } from '../../shared/wire/shown-quarantine.js';
import { type CommandVerb, subjects } from '../../shared/wire/subjects.js';
import { auditorClient } from '../http-client.js';
import { brokerConnection, requireRunning } from '../home/run-file.js';
import { readDirectory } from '../../shared/trust/read-directory.js';

/** A command, and the key that signs it. */
export interface GiveCommandParams {
  readonly home: Home;
  readonly entry: Pick<ShownEntry, 'org' | 'entry'>;
  readonly verb: CommandVerb;
  readonly note?: string;
  readonly place?: LedgerPlace;
  /** The notice of a `cancel`. */
  readonly notice?: NoticeId;
  /** The log of a `recover`. */
  readonly ended?: EndedLog;
  /** The release of the federation of a `release`. */
  readonly release?: CommandedRelease;
  /** The command that proposed a `cancel` or `recover`. */
  readonly first?: CommandId;
  /** The file of the operator key; by default that of the home. */
  readonly key?: string | undefined;
}

/** A command on a quarantine entry, with how long to wait for its outcome. */
export interface SendCommandParams extends GiveCommandParams {
  readonly stopping: AbortSignal;
  /** Receives progress in words. */
  readonly say: (words: string) => void;
}

const OUTCOME_TIMEOUT_MS = 60_000;
const POLL_INTERVAL_MS = 100;
/** A running router needs a fraction of this time. */
const WAITING_NOTE_MS = 1_500;
const PUBLISH_TIMEOUT_MS = 10_000;

/**
 * Signs a command, publishes it, and waits for its outcome on the ledger. An operator may only publish, so the outcome is read
 * from the auditor (docs/adr/0011). Throws the errors of `verifyCommand` for a command that no router would accept, `timed-out`,
 * and `full` when no router takes commands.
 */
export async function sendCommand(params: SendCommandParams): Promise<ShownCommand> {
  return untilEnded(params, await giveCommand(params));
}

/** Signs a command and publishes it; returns its id. Throws as `sendCommand` does, except `timed-out`. */
export async function giveCommand(params: GiveCommandParams): Promise<CommandId> {
  const { home, entry, verb, note, place, notice, ended, release, first, key = home.operatorKey } = params;
  const directory = await readDirectory(home);
  const now = new Date();
  const id = parseCommandId(uuidv7());
  const about = { id, verb, org: parseOrgId(entry.org), entry: parseEntryId(entry.entry) };
  const content = {
    ...about,
    ...(note === undefined ? {} : { note }),
    ...(place === undefined ? {} : { place }),
    ...(notice === undefined ? {} : { notice }),
    ...(ended === undefined ? {} : { ended }),
    ...(release === undefined ? {} : { release }),
    ...(first === undefined ? {} : { first }),
  };
  const by = { signer: await readPersonSigner(key, 'operator'), federation: directory.federation, now };
  const token = await signCommand(content, by);
  // Verifies the command here, as a router ignores one that does not verify.
  await verifyCommand(token, { directory, now });
  await publish(home, verb, token);
  return id;
}

async function publish(home: Home, verb: CommandVerb, token: string): Promise<void> {
  const bus = await connectAs({
    ...brokerConnection(requireRunning(home), home.hub('operator')),
    seed: readSecret(home.hub('operator', 'command.nk')),
    role: 'operator',
    name: 'operator',
  });
  try {
    const message = { subject: subjects.command(verb), bytes: Buffer.from(token) };
    const stored = await publishLatest(bus, { ...message, signal: AbortSignal.timeout(PUBLISH_TIMEOUT_MS) });
    if (stored === 'full') throw fail('full', 'the queue of commands is full: no router takes them');
  } finally {
    await bus.close();
  }
}

async function untilEnded({ home, stopping, say }: SendCommandParams, id: string): Promise<ShownCommand> {
  const auditor = auditorClient(home, requireRunning(home));
  const waiting = setTimeout(
    () => say(`no router took the command yet: waiting up to ${OUTCOME_TIMEOUT_MS / 1000} s`),
    WAITING_NOTE_MS,
  );
  try {
    return await pollOutcome({ home, stopping, id }, () => endedCommand(auditor, id));
  } finally {
    clearTimeout(waiting);
  }
}

interface PollOutcomeParams {
  readonly home: Pick<Home, 'log'>;
  readonly stopping: AbortSignal;
  readonly id: string;
}

/** Calls `look` until it finds the outcome of a command. Throws `timed-out`. */
export async function pollOutcome<T>(
  { home, stopping, id }: PollOutcomeParams,
  look: () => Promise<T | undefined>,
): Promise<T> {
  for (const end = Date.now() + OUTCOME_TIMEOUT_MS; Date.now() < end && !stopping.aborted; ) {
    const found = await look();
    if (found !== undefined) return found;
    await delay(POLL_INTERVAL_MS);
  }
  throw fail('timed-out', unanswered(home, id));
}

async function endedCommand(
  auditor: ReturnType<typeof auditorClient>,
  id: string,
): Promise<ShownCommand | undefined> {
  const seen = (await auditor
    .get(`/v1/commands?viewer=federation&id=${id}`)
    .catch((thrown: unknown) => notYet(thrown))) as ShownCommand | undefined;
  return seen?.outcome === 'accepted' ? undefined : seen;
}

/** Returns the message for a command without an outcome, with where to look in the router's log. */
export function unanswered(home: Pick<Home, 'log'>, id: string): string {
  const lines =
    '`"security"` beside `"what":"command"` for a refused command, `"alarm"` for one that is stuck';
  return `no router reported the outcome of command \`${id}\`: look in \`${home.log('router')}\` for ${lines}`;
}

function notYet(thrown: unknown): undefined {
  if (!isCode(thrown, 'not-found')) throw thrown;
}
