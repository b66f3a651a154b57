import { v7 as uuidv7 } from 'uuid';
import { parseCommandId, parseEntryId, parseOrgId } from '../../../shared/kernel/ids.js';
import { COMMAND_TYP, commandClaims } from '../../../shared/ledger/command-content.js';
import { signCompact, type WebKey } from '../../../shared/trust/web-key.js';
import type { ShownCommand, ShownEntry } from '../../../shared/wire/shown-quarantine.js';
import type { CommandVerb } from '../../../shared/wire/subjects.js';
import type { ShownRelay } from '../../quarantine/shown-quarantine.js';
import { type ApiResult, ask, type ApiProblem, post } from '../api.js';

export interface CommandRequest {
  readonly verb: CommandVerb;
  readonly entry: Pick<ShownEntry, 'org' | 'entry'>;
  readonly note?: string;
}

/** How far a command has come. */
export interface CommandProgress {
  readonly id: string;
  readonly verb: CommandVerb;
  readonly state: 'under way' | 'ended' | 'failed';
  /** What there is to say; empty once the ledger has said it. */
  readonly words: string;
  readonly command?: ShownCommand;
}

interface Sending {
  readonly key: WebKey;
  readonly federation: string;
  /** Nobody looks any more; the command goes its way all the same. */
  readonly signal: AbortSignal;
  readonly tell: (progress: CommandProgress) => void;
}

const PATIENCE_MS = 90_000;
const PAUSE_MS = 400;

/** Signs here, has the console hand it on, and asks until the ledger says what became of it. */
export async function submitCommand(wanted: CommandRequest, sending: Sending): Promise<void> {
  const { verb, entry, note } = wanted;
  const { key, federation, tell } = sending;
  const id = parseCommandId(uuidv7());
  const about = { id, verb, org: parseOrgId(entry.org), entry: parseEntryId(entry.entry) };
  const content = note === undefined ? about : { ...about, note };
  tell({ id, verb, state: 'under way', words: 'signed, on its way to the broker …' });
  const claims = commandClaims(content, { federation, now: new Date() });
  const token = await signCompact(key, COMMAND_TYP, JSON.stringify(claims));
  const answer = await post<ShownRelay>('/v1/commands', { token });
  if (!answer.ok && !isUnknown(answer.problem))
    return tell({ id, verb, state: 'failed', words: refusalWords(answer.problem) });
  const words = answer.ok
    ? 'with the broker; waiting for the ledger …'
    : `${answer.problem.detail}; whether it was taken the ledger will say …`;
  tell({ id, verb, state: 'under way', words });
  await untilEnded({ id, verb }, { ...sending, words });
}

/** It may have been taken all the same. */
const isUnknown = ({ status, code }: ApiProblem): boolean => status === 0 || code === 'timed-out';

async function untilEnded(
  { id, verb }: Pick<CommandProgress, 'id' | 'verb'>,
  { signal, tell, words }: Sending & { readonly words: string },
): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
    const answer = await ask<ShownCommand>(`/v1/commands/${id}`);
    if (signal.aborted) return;
    if (answer.ok && answer.value.outcome !== 'accepted')
      return tell({ id, verb, state: 'ended', words: '', command: answer.value });
    tell({ id, verb, state: 'under way', words: waitingWords(answer, words) });
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  tell({ id, verb, state: 'failed', words: unansweredWords(id) });
}

function waitingWords(answer: ApiResult<ShownCommand>, words: string): string {
  if (answer.ok) return 'accepted by the router; it is being carried out …';
  return answer.problem.status === 404 ? words : `${answer.problem.detail}; asking again …`;
}

function unansweredWords(id: string): string {
  return `no router said what became of command \`${id}\`: look in the log of the router for \`"what":"command"\``;
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
