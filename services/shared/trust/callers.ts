import { statSync } from 'node:fs';
import { type Clock, systemClock } from '../kernel/clock.js';
import { errorFrom, fail, type LiaisonError } from '../kernel/errors.js';
import { isOrgId } from '../kernel/ids.js';
import { parseStrictJson } from '../kernel/strict-json.js';
import { readSecret } from './secret-file.js';
import { isToken } from './tokens.js';

/** Who may ask a service: one token a caller, kept as its digest. */
export interface Caller {
  readonly name: string;
  readonly hash: string;
  readonly scopes: readonly string[];
  /** The organisation that a person at the console belongs to; absent: the federation's own. */
  readonly org?: string;
  /** When it was made; for people to read. */
  readonly since?: string;
  /** When it is good for nothing any more; part of what is hashed. */
  readonly until?: string;
}

/** Reads a service's `tokens.json`. Throws `config-invalid`, also for a name or a token that two callers have. */
export function readCallers(path: string): readonly Caller[] {
  const { tokens } = Object(jsonIn(path)) as { readonly tokens?: unknown };
  if (!Array.isArray(tokens) || !tokens.every(isCaller))
    throw fail('config-invalid', `\`${path}\` is not a list of callers`);
  // One of the two would be taken for the other, and might see more.
  if (!isDistinct(tokens.map(({ name }) => name)) || !isDistinct(tokens.map(({ hash }) => hash)))
    throw fail('config-invalid', `\`${path}\` has two callers of one name or one token`);
  return tokens;
}

function jsonIn(path: string): unknown {
  const text = readSecret(path);
  try {
    return parseStrictJson(text);
  } catch (thrown) {
    throw fail('config-invalid', `\`${path}\` is no JSON: ${errorFrom(thrown).message}`);
  }
}

/** Whoever the file lists by now: a token that ended, or is taken from it, is good for nothing at once. */
export type Callers = () => readonly Caller[];

/** A file that was written so short a time ago may be written again without another time of change. */
const RACY_MS = 50;
/** How soon a file that could not be read is looked at again. */
const AGAIN_MS = 1_000;

/**
 * Reads the file again whenever it is another. Throws as `readCallers` at first; later `config-invalid` without the place,
 * as it is told to whoever asks: `onFault` hears of it, once, and `undefined` once the file can be read again.
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
    // Before it is read: what is written between the two is seen at the next look.
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
      // Whether it was mended is known also where nobody asks.
      again ??= setTimeout(lookAgain, AGAIN_MS).unref();
      throw fail('config-invalid', 'who may ask cannot be read: the log says why');
    }
  };
  const lookAgain = (): void => {
    again = undefined;
    try {
      look();
    } catch {
      // It was told of, and is looked at again.
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
  // What is written wrongly must not count as absent: that would show everything, or let in for ever.
  const isGood = (field: keyof Caller, is: (value: unknown) => boolean): boolean =>
    !Object.hasOwn(Object(value), field) || is(Object(value)[field]);
  return isGood('org', isOrgId) && isGood('since', isTime) && isGood('until', isTime);
}

/** As `toISOString` writes it: one moment has one spelling. */
function isTime(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const time = new Date(value);
  return !Number.isNaN(time.getTime()) && time.toISOString() === value;
}

/** Finds the caller of a bearer token; throws `unauthorised` without one, `forbidden` without the scope. */
export function authorise(callers: readonly Caller[], header: string | undefined, scope: string): Caller {
  const token = /^bearer ([a-z0-9_-]{20,200})$/i.exec(header ?? '')?.[1];
  const caller = token === undefined ? undefined : callers.find((one) => isToken(token, one));
  if (caller === undefined) throw fail('unauthorised', 'no known bearer token');
  if (!caller.scopes.includes(scope)) throw fail('forbidden', `\`${caller.name}\` has no scope \`${scope}\``);
  return caller;
}
