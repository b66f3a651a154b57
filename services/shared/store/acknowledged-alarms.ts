import { closeSync, fsyncSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs';
import { parseStrictJson } from '../kernel/strict-json.js';

/** Who looked at an alarm, when (ISO 8601) and what they found. */
export interface Acknowledgement {
  readonly by: string;
  readonly at: string;
  readonly reason: string;
}

/** What names an alarm of a process, as `/readyz` lists it. */
export interface AlarmPlace {
  readonly process: string;
  readonly alarm: string;
  readonly code: string | null;
  readonly place: string | null;
}

/** A line of the file. */
export type AcknowledgedAlarm = Acknowledgement & AlarmPlace;

/** The file and the older one beside it have at most this many bytes each, more than a thousand acknowledgements. */
const MAX_BYTES = 512 * 1024;

const olderOf = (path: string): string => `${path}.1`;

/** Returns the files of acknowledgements, the older first. */
export const acknowledgedFiles = (path: string): readonly string[] => [olderOf(path), path];

/** Adds acknowledgements and flushes them to disk. Throws the system's error. */
export function appendAcknowledged(path: string, acknowledged: readonly AcknowledgedAlarm[]): void {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > MAX_BYTES) renameSync(path, olderOf(path));
  const file = openSync(path, 'a', 0o600);
  try {
    // A line that a full disk cut short ends here.
    writeSync(file, acknowledged.map((one) => `\n${JSON.stringify(one)}\n`).join(''));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Reads the acknowledgements as they are now. */
export type ReadAcknowledged = () => ReturnType<typeof readAcknowledged>;

/**
 * Returns a function that finds the newest acknowledgement of an alarm; null for an alarm that was raised again since. It reads the
 * files once.
 */
export function readAcknowledged(
  path: string,
): (alarm: AlarmPlace & { readonly last: string }) => Acknowledgement | null {
  const newest = new Map<string, AcknowledgedAlarm>();
  for (const one of acknowledgedFiles(path).flatMap(linesOf)) newest.set(keyOf(one), one);
  return (alarm) => {
    const found = newest.get(keyOf(alarm));
    if (found === undefined || Date.parse(found.at) < Date.parse(alarm.last)) return null;
    const { by, at, reason } = found;
    return { by, at, reason };
  };
}

const keyOf = ({ process, alarm, code, place }: AlarmPlace): string =>
  JSON.stringify([process, alarm, code, place]);

function linesOf(path: string): readonly AcknowledgedAlarm[] {
  try {
    return readFileSync(path, 'utf8').split('\n').flatMap(entryIn);
  } catch {
    return [];
  }
}

function entryIn(line: string): readonly AcknowledgedAlarm[] {
  try {
    const value = parseStrictJson(Buffer.from(line)) as AcknowledgedAlarm;
    const { by, at, reason, process, alarm } = value;
    const isWhole = [by, at, reason, process, alarm].every((word) => typeof word === 'string');
    return isWhole && !Number.isNaN(Date.parse(at)) ? [value] : [];
  } catch {
    return [];
  }
}
