import { statSync } from 'node:fs';
import { type Clock, systemClock } from '../kernel/clock.js';
import { errorFrom, fail, type LiaisonError } from '../kernel/errors.js';
import { isOrgId } from '../kernel/ids.js';
import { parseStrictJson } from '../kernel/strict-json.js';
import { readSecret } from './secret-file.js';
import { isToken } from './tokens.js';

/** A caller that may use a service, with the digest of its bearer token. */
export interface Caller {
  readonly name: string;
  readonly hash: string;
  readonly scopes: readonly string[];
  /** The organisation of a console user; absent for the federation's own staff. */
  readonly org?: string;
  /** When it was created (ISO 8601); only displayed. */
  readonly since?: string;
  /** When it expires (ISO 8601); covered by the hash. */
  readonly until?: string;
}

/** Reads a service's `tokens.json`. Throws `config-invalid`, also if two callers share a name or a token. */
export function readCallers(path: string): readonly Caller[] {
  const { tokens } = Object(jsonIn(path)) as { readonly tokens?: unknown };
  if (!Array.isArray(tokens) || !tokens.every(isCaller))
    throw fail('config-invalid', `\`${path}\` is not a list of callers`);
  // One of the two would be mistaken for the other, and might see more.
  if (!isDistinct(tokens.map(({ name }) => name)) || !isDistinct(tokens.map(({ hash }) => hash)))
    throw fail('config-invalid', `\`${path}\` has two callers of one name or one token`);
  return tokens;
}

function jsonIn(path: string): unknown {
  const text = readSecret(path);
  try {
    return parseStrictJson(text);
  } catch (thrown) {
    throw fail('config-invalid', `\`${path}\` is not JSON: ${errorFrom(thrown).message}`);
  }
}

/** Returns the callers in the file now, without expired ones: a revoked or expired token stops working at once. */
export type Callers = () => readonly Caller[];

/** A file changed less than this long ago can change again without a new timestamp, so it is read again. */
const RACY_MS = 50;
/** How soon an unreadable file is read again. */
const RETRY_MS = 1_000;

/**
 * Watches a `tokens.json` and reads it again when it changes. Throws as `readCallers` at first. Later the returned function
 * throws `config-invalid` without the path, because callers see that error; `onFault` is called once with the full fault, and
 * with undefined once the file can be read again.
 */
export function watchCallers(
  path: string,
  onFault: (fault: LiaisonError | undefined) => void = () => {},
  clock: Clock = systemClock,
): Callers {
  let last: { readonly stamp: string | undefined; readonly callers: readonly Caller[] } | undefined;
  let told: string | undefined;
  let again: NodeJS.Timeout | undefined;
  readCallers(path);
  const look = (): readonly Caller[] => {
    // Taken before reading, so that a write in between is noticed at the next look.
    const { stamp, isRacy } = lookAt(path);
    if (told === undefined && last !== undefined && last.stamp === stamp) return last.callers;
    try {
      last = { stamp: isRacy ? undefined : stamp, callers: readCallers(path) };
      if (told !== undefined) onFault(undefined);
      told = undefined;
      return last.callers;
    } catch (thrown) {
      if (told !== stamp) onFault(errorFrom(thrown));
      told = stamp;
      // Looks again without a request too, so that the end of the fault is reported.
      again ??= setTimeout(lookAgain, RETRY_MS).unref();
      throw fail('config-invalid', 'the file of callers cannot be read: the log says why');
    }
  };
  const lookAgain = (): void => {
    again = undefined;
    try {
      look();
    } catch {
      // Already reported; `look` has scheduled the next try.
    }
  };
  return () => goodAt(clock(), look());
}

function lookAt(path: string): { readonly stamp: string; readonly isRacy: boolean } {
  const status = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (status === undefined) return { stamp: 'gone', isRacy: false };
  const { ino, size, mtimeNs, ctimeNs, ctimeMs } = status;
  return { stamp: [ino, size, mtimeNs, ctimeNs].join(), isRacy: Date.now() - Number(ctimeMs) < RACY_MS };
}

const goodAt = (now: Date, callers: readonly Caller[]): readonly Caller[] =>
  callers.filter(({ until }) => until === undefined || now.getTime() < Date.parse(until));

const isDistinct = (words: readonly string[]): boolean => new Set(words).size === words.length;

function isCaller(value: unknown): value is Caller {
  const { name, hash, scopes } = Object(value) as Partial<Record<keyof Caller, unknown>>;
  if (typeof name !== 'string' || typeof hash !== 'string' || !Array.isArray(scopes)) return false;
  // A malformed optional field must not count as absent: that would widen the view or remove the expiry.
  const isGood = (field: keyof Caller, is: (value: unknown) => boolean): boolean =>
    !Object.hasOwn(Object(value), field) || is(Object(value)[field]);
  return isGood('org', isOrgId) && isGood('since', isTime) && isGood('until', isTime);
}

/** True for a time exactly as `toISOString` writes it. */
function isTime(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const time = new Date(value);
  return !Number.isNaN(time.getTime()) && time.toISOString() === value;
}

/** Returns the caller of an `Authorization` header. Throws `unauthorised` for an unknown token, `forbidden` without the scope. */
export function authorise(callers: readonly Caller[], header: string | undefined, scope: string): Caller {
  const token = /^bearer ([a-z0-9_-]{20,200})$/i.exec(header ?? '')?.[1];
  const caller = token === undefined ? undefined : callers.find((one) => isToken(token, one));
  if (caller === undefined) throw fail('unauthorised', 'no known bearer token');
  if (!caller.scopes.includes(scope)) throw fail('forbidden', `\`${caller.name}\` has no scope \`${scope}\``);
  return caller;
}
