import { v7 as uuidv7 } from 'uuid';
import { parseCommandId, parseEntryId, parseOrgId } from '../../../shared/kernel/ids.js';
import { COMMAND_TYP, commandClaims } from '../../../shared/ledger/command-content.js';
import { signCompact, type WebKey } from '../../../shared/trust/web-key.js';
import type { ShownCommand, ShownEntry } from '../../../shared/wire/shown-quarantine.js';
import type { QuarantineVerb } from '../../../shared/wire/subjects.js';
import type { ShownRelay } from '../../quarantine/shown-quarantine.js';
import { type ApiResult, requestJson, type ApiProblem, postJson } from '../api.js';

/** A command on one entry; a discard has a note. */
export interface CommandRequest {
  readonly verb: QuarantineVerb;
  readonly entry: Pick<ShownEntry, 'org' | 'entry'>;
  readonly note?: string;
}

/** The progress of one command. */
export interface CommandProgress {
  readonly id: string;
  readonly verb: QuarantineVerb;
  readonly state: 'under way' | 'ended' | 'failed';
  /** A sentence for people; empty once `command` holds the outcome. */
  readonly words: string;
  readonly command?: ShownCommand;
}

interface SubmitContext {
  readonly key: WebKey;
  readonly federation: string;
  /** Stops waiting for the outcome. It does not stop the command. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: CommandProgress) => void;
}

const OUTCOME_TIMEOUT_MS = 90_000;
const POLL_INTERVAL_MS = 400;

/**
 * Signs a command in the browser, sends it through the console, and polls for its outcome on the ledger for up to 90 seconds.
 * Reports each step to `onProgress`. Rejects only if the command cannot be signed.
 */
export async function submitCommand(wanted: CommandRequest, context: SubmitContext): Promise<void> {
  const { verb, entry, note } = wanted;
  const { key, federation, onProgress } = context;
  const id = parseCommandId(uuidv7());
  const about = { id, verb, org: parseOrgId(entry.org), entry: parseEntryId(entry.entry) };
  const content = note === undefined ? about : { ...about, note };
  onProgress({ id, verb, state: 'under way', words: 'signed; sending it to the broker …' });
  const claims = commandClaims(content, { federation, now: new Date() });
  const token = await signCompact(key, COMMAND_TYP, JSON.stringify(claims));
  const answer = await postJson<ShownRelay>('/v1/commands', { token });
  if (!answer.ok && !isUnknown(answer.problem))
    return onProgress({ id, verb, state: 'failed', words: refusalWords(answer.problem) });
  const words = answer.ok
    ? 'stored by the broker; waiting for the ledger …'
    : `${answer.problem.detail}; waiting for the ledger to show whether it was accepted …`;
  onProgress({ id, verb, state: 'under way', words });
  await untilEnded({ id, verb }, { ...context, words });
}

/** True for a failure after which the broker may still have stored the command. */
const isUnknown = ({ status, code }: ApiProblem): boolean => status === 0 || code === 'timed-out';

async function untilEnded(
  { id, verb }: Pick<CommandProgress, 'id' | 'verb'>,
  { signal, onProgress, words }: SubmitContext & { readonly words: string },
): Promise<void> {
  for (const end = Date.now() + OUTCOME_TIMEOUT_MS; Date.now() < end; ) {
    const answer = await requestJson<ShownCommand>(`/v1/commands/${id}`);
    if (signal.aborted) return;
    if (answer.ok && answer.value.outcome !== 'accepted')
      return onProgress({ id, verb, state: 'ended', words: '', command: answer.value });
    onProgress({ id, verb, state: 'under way', words: waitingWords(answer, words) });
    await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS));
  }
  onProgress({ id, verb, state: 'failed', words: unansweredWords(id) });
}

function waitingWords(answer: ApiResult<ShownCommand>, words: string): string {
  if (answer.ok) return 'accepted by the router; in progress …';
  return answer.problem.status === 404 ? words : `${answer.problem.detail}; trying again …`;
}

function unansweredWords(id: string): string {
  return `no router reported the outcome of command \`${id}\`: search the log of the router for \`"what":"command"\``;
}

const CLOCK = 'the clocks of this computer and of the hub differ too much';
const HINTS: Readonly<Record<string, string>> = {
  expired: CLOCK,
  'issued-in-future': CLOCK,
  unreachable: 'try again when it is back',
};

function refusalWords({ code, detail }: ApiProblem): string {
  const hint = HINTS[code];
  return hint === undefined ? `${code}: ${detail}` : `${code}: ${detail}; ${hint}`;
}
