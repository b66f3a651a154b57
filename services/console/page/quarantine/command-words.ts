import type { ShownCommand } from '../../../shared/wire/shown-quarantine.js';
import type { QuarantineVerb } from '../../../shared/wire/subjects.js';

/** The labels of the commands on buttons and headings. */
export const COMMAND_LABELS: Readonly<Record<QuarantineVerb, string>> = {
  'dry-run': 'Dry run',
  replay: 'Replay',
  discard: 'Discard',
};

const WORDS: Readonly<Record<string, string>> = {
  'would-route': 'would be routed',
  'would-refuse': 'would be refused',
  accepted: 'in progress',
};

/** Returns the outcome of a command as text, with the code of a refusal. */
export function outcomeWords({ outcome, code }: Pick<ShownCommand, 'outcome' | 'code'>): string {
  const words = WORDS[outcome] ?? outcome;
  return code === null ? words : `${words}: ${code}`;
}

/** True for a command that was refused, or would be. */
export function isRefusal({ outcome }: Pick<ShownCommand, 'outcome'>): boolean {
  return outcome.includes('refuse');
}

const HINTS: Readonly<Record<string, string>> = {
  'not-found':
    'The entry was just closed, or its bytes are no longer stored: in that case it can only be discarded.',
  'not-replayable': 'Its originator has a signed refusal, or gave up: the notice must be issued again.',
  'organisation-suspended': 'Notices of a suspended organisation are not routed.',
  'poison-frame': 'It crashes the process that opens it: a newer release may be able to open it.',
};

/** Returns advice about a refused command; empty where the code suffices. */
export function hintWords(command: Pick<ShownCommand, 'outcome' | 'code'>): string {
  return isRefusal(command) ? (HINTS[command.code ?? ''] ?? '') : '';
}
