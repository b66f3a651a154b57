import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { parseStrictJson } from '../../shared/kernel/strict-json.js';
import type { Home } from '../../shared/runtime/home.js';
import type { ShownUndestroyed } from '../../shared/wire/shown-undestroyed.js';
import { withWriteErrors } from '../home/file-errors.js';

/** What people at the hub did with a member, as a line of `hub/members.ndjson`. */
export interface MemberLogEntry {
  /** ISO 8601. */
  readonly at: string;
  readonly org: string;
  readonly verb: 'suspend' | 'resume' | 'leave' | 'approve' | 'lock-out';
  /** Of `approve`: the id of the key that was asked for, and whether the request came as a file. */
  readonly reason: string;
  /** The version of the directory that carries it out; null for an nkey, a lock-out, and a key that the root is to list. */
  readonly version: number | null;
  /** Of `leave`: what was not destroyed then, by the records; null where the hub did not run. */
  readonly undestroyed?: ShownUndestroyed | null;
}

const MAX_SHOWN = 16;

/** Adds a line to the log of members, after one that a full disk cut short too. Throws `usage` where the file cannot be written. */
export function appendMemberLog(home: Home, entry: MemberLogEntry): void {
  const path = home.memberLog;
  withWriteErrors(path, () => {
    const before = existsSync(path) ? readFileSync(path, 'utf8') : '';
    const end = before === '' || before.endsWith('\n') ? '' : '\n';
    appendFileSync(path, `${end}${JSON.stringify(entry)}\n`, { mode: 0o600 });
  });
}

/** Returns the newest entries about a member, the oldest of them first; leaves out lines that were cut short. */
export function readMemberLog(home: Home, org: string): readonly MemberLogEntry[] {
  const { memberLog } = home;
  const lines = existsSync(memberLog) ? readFileSync(memberLog, 'utf8').split('\n') : [];
  const entries = lines.flatMap(entryIn);
  return entries.filter((entry) => entry.org === org).slice(-MAX_SHOWN);
}

function entryIn(line: string): readonly MemberLogEntry[] {
  try {
    return [parseStrictJson(Buffer.from(line)) as MemberLogEntry];
  } catch {
    return [];
  }
}
