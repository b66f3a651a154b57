import { closed } from '../kernel/closed-schema.js';
import { compileWhenUsed } from '../kernel/compile-when-used.js';
import { signedByLog } from '../tlog/log-keys.js';
import type { Directory } from '../trust/directory.js';
import { type ShownDirectory, showDirectory } from '../trust/directory/shown-directory.js';
import { boundedList, evidenceAjv, evidenceSchemas, requireForm } from './statements.js';

/** What a conviction about the ledger's log is about; each is also the name of an alarm. */
export const FORKS = ['log-forked', 'log-unproved'] as const;

/** Two checkpoints of the ledger's log, complete by themselves (docs/formats.md#conviction). */
export interface Fork {
  readonly kind: 'conviction';
  readonly what: (typeof FORKS)[number];
  /** Holds the keys of the log. */
  readonly accused: 'hub';
  readonly directory: ShownDirectory;
  /** The one that was cosigned, and the other one; each with the signatures of the log alone. */
  readonly notes: readonly string[];
}

/** The JSON schema of a conviction about the log. */
export const forkSchema = closed({
  kind: { const: 'conviction' },
  what: { enum: FORKS },
  accused: { const: 'hub' },
  directory: evidenceSchemas.shownDirectory,
  notes: boundedList({ type: 'string', maxLength: 4_096 }, 2, 2),
});
const isFork = compileWhenUsed<Fork>(evidenceAjv, forkSchema);

/** True for a conviction about the log. */
export function isAboutLog(value: unknown): boolean {
  return Object.hasOwn(Object(value) as object, 'notes');
}

/** Reads a conviction about the log from parsed JSON. Throws `schema-invalid` with the place of the first fault. */
export function parseFork(value: unknown): Fork {
  return requireForm(value, isFork());
}

/** Resolves to two checkpoints, the cosigned one first, as a file that verifies offline, with the keys of the log. */
export async function forkOf(
  what: Fork['what'],
  notes: readonly [string, string],
  directory: Directory,
): Promise<Fork> {
  return {
    kind: 'conviction',
    what,
    accused: 'hub',
    directory: showDirectory(directory.frame, { organisations: new Set(), persons: new Set() }),
    notes: await Promise.all(notes.map((note) => signedByLog(note, directory))),
  };
}
