import { setTimeout as delay } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import { connectAs } from '../../shared/bus/connect.js';
import { publishLatest } from '../../shared/bus/publish.js';
import { fail, isCode } from '../../shared/kernel/errors.js';
import { parseCommandId, parseEntryId, parseOrgId } from '../../shared/kernel/ids.js';
import { signCommand, verifyCommand } from '../../shared/ledger/command.js';
import type { Home } from '../../shared/runtime/home.js';
import { readSigner } from '../../shared/trust/keys.js';
import { readSecret } from '../../shared/trust/secret-file.js';
import type { ShownCommand, ShownEntry } from '../../shared/wire/shown-quarantine.js';
import { type CommandVerb, subjects } from '../../shared/wire/subjects.js';
import { auditorClient } from '../http-client.js';
import { brokerConnection, requireRunning } from '../home/run-file.js';
import { readDirectory } from '../../shared/trust/read-directory.js';

/** What is to be done with an entry, and by whose key. */
export interface Commanding {
  readonly home: Home;
  readonly entry: Pick<ShownEntry, 'org' | 'entry'>;
  readonly verb: CommandVerb;
  readonly note?: string;
  /** The file of an operator key; the home's by default. */
  readonly key?: string | undefined;
  readonly stopping: AbortSignal;
  /** Words for a person who waits. */
  readonly say: (words: string) => void;
}

const PATIENCE_MS = 60_000;
const PAUSE_MS = 100;
/** A router that runs takes a fraction of it. */
const SILENCE_MS = 1_500;
const PUBLISH_MS = 10_000;

/**
 * Signs a command, sends it, and waits until the ledger has its outcome. An operator's key may only publish, so the answer
 * comes from the auditor (docs/adr/0011). Throws as `verifyCommand` does for a command that no router takes, and `timed-out`.
 */
export async function sendCommand(commanding: Commanding): Promise<ShownCommand> {
  const { home, entry, verb, note, key = home.operatorKey } = commanding;
  const directory = await readDirectory(home);
  const now = new Date();
  const id = parseCommandId(uuidv7());
  const about = { id, verb, org: parseOrgId(entry.org), entry: parseEntryId(entry.entry) };
  const content = note === undefined ? about : { ...about, note };
  const by = { signer: await readSigner(key), federation: directory.federation, now };
  const token = await signCommand(content, by);
  // A router says nothing to whom it does not believe: better said here.
  await verifyCommand(token, { directory, now });
  await publish(home, verb, token);
  return untilEnded(commanding, id);
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
    const stored = await publishLatest(bus, { ...message, signal: AbortSignal.timeout(PUBLISH_MS) });
    if (stored === 'full') throw fail('full', 'the broker takes no commands: no router takes them');
  } finally {
    await bus.close();
  }
}

async function untilEnded({ home, stopping, say }: Commanding, id: string): Promise<ShownCommand> {
  const auditor = auditorClient(home, requireRunning(home));
  const waiting = setTimeout(
    () => say(`no router took it yet: waiting ${PATIENCE_MS / 1000} s at most`),
    SILENCE_MS,
  );
  try {
    return await ended(auditor, { home, stopping, id });
  } finally {
    clearTimeout(waiting);
  }
}

interface Awaited {
  readonly home: Home;
  readonly stopping: AbortSignal;
  readonly id: string;
}

async function ended(
  auditor: ReturnType<typeof auditorClient>,
  { home, stopping, id }: Awaited,
): Promise<ShownCommand> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end && !stopping.aborted; ) {
    const seen = await auditor
      .get(`/v1/commands?viewer=federation&id=${id}`)
      .catch((thrown: unknown) => notYet(thrown));
    if (seen !== undefined && (seen as ShownCommand).outcome !== 'accepted') return seen as ShownCommand;
    await delay(PAUSE_MS);
  }
  throw fail('timed-out', unanswered(home, id));
}

/** What happened is past by now, and a tail shows only what comes. */
export function unanswered(home: Pick<Home, 'log'>, id: string): string {
  const lines =
    '`"security"` beside `"what":"command"` for a command turned away, `"alarm"` for one that is stuck';
  return `no router said what became of command \`${id}\`: look in \`${home.log('router')}\` for ${lines}`;
}

function notYet(thrown: unknown): undefined {
  if (!isCode(thrown, 'not-found')) throw thrown;
}
