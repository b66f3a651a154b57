import { counted } from '../../shared/wire/counted.js';
import type {
  ShownEndedLife,
  ShownLedger,
  ShownProgress,
  ShownRuledOut,
  ShownWaiting,
} from '../../shared/wire/shown-ledger.js';
import { type Output, table } from '../terminal/output.js';
import { lagOf } from './witnesses-text.js';
import { timeText } from '../terminal/time-text.js';

const orgOf = (subject: string): string => subject.split('.')[1] ?? subject;

/** Formats the state of the auditor's file. */
export function showLedger(
  { records, waiting, log, progress, endedLives = [], ruledOut }: ShownLedger,
  { paint, width }: Output,
): string {
  const count = `${counted(records ?? 0, 'record')} in the auditor's file`;
  const lines = [
    ...(progress === null ? [] : [progressText(progress)]),
    ...(waiting === null ? [] : [paint.yellow(waitingText(waiting))]),
    ...endedLives.map(endedText),
  ];
  const witnesses = (log?.witnesses ?? []).map((witness) => [
    witness.name,
    witness.url ?? 'messages',
    witness.size?.toLocaleString('en') ?? '–',
    lagOf(witness, log?.size ?? 0)?.toLocaleString('en') ?? 'all',
  ]);
  const rows = ruledOut.map((one) => [
    String(one.sequence),
    orgOf(one.subject),
    timeText(one.at),
    one.person ?? paint.dim('not archived yet'),
    one.note,
  ]);
  const head = ['ruled out', 'organisation', 'when', 'by', 'why'];
  const witnessHead = ['witness', 'asked by', 'cosigned entries', 'behind by'];
  const tables = [
    ...(witnesses.length === 0 ? [] : [table(witnessHead, witnesses, { paint, width })]),
    ...(rows.length === 0 ? [] : [table(head, rows, { paint, width })]),
  ];
  return [count, ...lines, ...tables].join('\n\n');
}

/** Describes until when the file was complete: at an auditor by the stream of the ledger, at a mirror by the auditor's log. */
function progressText({ confirmedAt, behind }: ShownProgress): string {
  const lacks = behind === null ? 'an unknown number' : behind.toLocaleString('en');
  return `kept up to ${timeText(confirmedAt)}, ${lacks} behind`;
}

/** Describes how much a mirror has of a life of the log that ended. */
function endedText({ life, entries, kept }: ShownEndedLife): string {
  const has = kept === 0 ? 'none' : kept.toLocaleString('en');
  return `life ${life} of the log ended at ${counted(entries, 'entry', 'entries')}, of which this mirror has ${has}`;
}

/** Describes where the auditor waits, and why. */
export function waitingText({ sequence, subject, code, since }: ShownWaiting): string {
  return `the auditor waits at record ${sequence} of \`${orgOf(subject)}\` since ${timeText(since)}: it cannot be verified (${code})`;
}

/** Formats a ruled-out record. */
export function showRuledOut({ sequence, subject, digest, note }: ShownRuledOut, { paint }: Output): string {
  return `record ${sequence} of \`${orgOf(subject)}\` is ruled out  ${paint.dim(`“${note}”`)}\n${paint.dim(`SHA-256 ${digest}`)}`;
}
