import type { ShownCommand } from '../../../shared/wire/shown-quarantine.js';
import type { CommandVerb } from '../../../shared/wire/subjects.js';

export const COMMAND_LABELS: Readonly<Record<CommandVerb, string>> = {
  'dry-run': 'Dry run',
  replay: 'Replay',
  discard: 'Discard',
};

const WORDS: Readonly<Record<string, string>> = {
  'would-route': 'would go through',
  'would-refuse': 'would be refused',
  routed: 'went through',
  accepted: 'being carried out',
};

export function outcomeWords({ outcome, code }: Pick<ShownCommand, 'outcome' | 'code'>): string {
  const words = WORDS[outcome] ?? outcome;
  return code === null ? words : `${words}: ${code}`;
}

export function isRefusal({ outcome }: Pick<ShownCommand, 'outcome'>): boolean {
  return outcome.includes('refuse');
}

const HINTS: Readonly<Record<string, string>> = {
  'not-found': 'It was closed, or its bytes were washed out of the ring: then only Discard is left.',
  'not-replayable': 'Its originator has a signed refusal of it, or gave up: it is to be issued anew.',
  'organisation-suspended': 'Nothing of a suspended organisation goes through.',
  'poison-frame': 'It ends whoever opens it: a newer version may open it.',
};

/** What somebody can do about a command that was refused; empty where its code says enough. */
export function hintWords(command: Pick<ShownCommand, 'outcome' | 'code'>): string {
  return isRefusal(command) ? (HINTS[command.code ?? ''] ?? '') : '';
}
