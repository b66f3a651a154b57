import { fail } from '../kernel/errors.js';
import {
  MAX_MEMBERS,
  MAX_NUMBER,
  type NoticeId,
  type OrgId,
  parseNoticeId,
  parseOrgId,
} from '../kernel/ids.js';
import {
  ACTION_REASONS,
  type HolderScope,
  type ActionVerb,
  isActionVerb,
  scopeOf,
} from '../notice/action-verbs.js';
import { after } from '../notice/duration.js';
import { MAX_SUSPENSION } from '../notice/registers.js';
import { isDigest } from '../trust/digest.js';
import type { Claims } from '../trust/jws.js';

/**
 * The claims of an action, which every recipient reads. With scope `listed` its leaves name the holders
 * meant.
 */
export interface ActionClaims {
  readonly originator: OrgId;
  readonly issuedAt: Date;
  /** The notice, in all its revisions. */
  readonly id: NoticeId;
  /**
   * Orders actions within a register: the signing time in milliseconds, or a step above the notice's last
   * number.
   */
  readonly number: number;
  readonly verb: ActionVerb;
  readonly scope: HolderScope;
  /** One of `ACTION_REASONS`; absent for a verb without reasons. */
  readonly reason?: string;
  /** End of a suspension, in seconds since 1970. */
  readonly until?: number;
  /** New end of the notice, in seconds since 1970; only of an extension. */
  readonly expiresAt?: number;
  /** Compact JWS of the person who reviewed break-glass; only of a review. */
  readonly review?: string;
  /** RFC 9162 root over the leaves, in base64url, and their number; only of scope `listed`. */
  readonly tree?: ActionTree;
}

/** Root and size of the leaves of an action. */
export interface ActionTree {
  readonly root: string;
  readonly size: number;
}

/**
 * Minimum number of leaves of an action, so that their number does not reveal the size of a small federation.
 */
export const MIN_ACTION_LEAVES = 8;

/**
 * Parses the verified claims of an action. Throws `token-malformed` for unknown, missing or malformed claims,
 * `id-invalid`, and `suspension-too-long` for an `until` more than six months after the signature.
 */
export function parseActionClaims(claims: Claims): ActionClaims {
  const {
    iss,
    aud: _aud,
    iat,
    id,
    number,
    verb,
    scope,
    reason,
    until,
    expiresAt,
    review,
    root,
    size,
    ...more
  } = claims;
  if (Object.keys(more).length > 0) throw malformed('an unknown claim');
  if (!isActionVerb(verb) || scope !== scopeOf(verb)) throw malformed('an unknown `verb` or a wrong `scope`');
  const issuedAt = new Date(Number(iat) * 1000);
  return {
    originator: parseOrgId(iss),
    issuedAt,
    id: parseNoticeId(id),
    number: parseActionNumber(number),
    verb,
    scope: scopeOf(verb),
    ...parseReason(verb, reason),
    ...parseUntil(verb, { until, issuedAt }),
    ...parseExpiresAt(verb, { expiresAt, issuedAt }),
    ...parseReview(verb, review),
    ...parseTree(verb, { root, size }),
  };
}

/** Parses the number of an action, 1 to 2^52. Throws `token-malformed`. */
function parseActionNumber(value: unknown): number {
  if (Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= MAX_NUMBER) return Number(value);
  throw malformed('a `number` out of range');
}

function parseReason(verb: ActionVerb, reason: unknown): Pick<ActionClaims, 'reason'> {
  const reasons = ACTION_REASONS[verb];
  if (reasons.length === 0 && reason === undefined) return {};
  if (typeof reason === 'string' && reasons.includes(reason)) return { reason };
  throw malformed('a `reason` that its verb does not have');
}

interface Timed {
  readonly issuedAt: Date;
}

function parseUntil(
  verb: ActionVerb,
  { until, issuedAt }: Timed & { readonly until: unknown },
): Pick<ActionClaims, 'until'> {
  if (verb !== 'suspend') return absent(until, 'until');
  const end = parseLater(until, { issuedAt, name: 'until' });
  // The router counts from the first suspension since the last resume.
  if (end * 1000 > after(issuedAt, MAX_SUSPENSION).getTime()) {
    throw fail('suspension-too-long', '`until`: more than six months after the signature');
  }
  return { until: end };
}

function parseExpiresAt(
  verb: ActionVerb,
  { expiresAt, issuedAt }: Timed & { readonly expiresAt: unknown },
): Pick<ActionClaims, 'expiresAt'> {
  if (verb !== 'extend') return absent(expiresAt, 'expiresAt');
  return { expiresAt: parseLater(expiresAt, { issuedAt, name: 'expiresAt' }) };
}

/** The form of a compact JWS of at most 1,024 characters. */
const COMPACT = /^(?=.{5,1024}$)[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

function parseReview(verb: ActionVerb, review: unknown): Pick<ActionClaims, 'review'> {
  if (verb !== 'review') return absent(review, 'review');
  if (typeof review === 'string' && COMPACT.test(review)) return { review };
  throw malformed('no signature of the person who reviewed');
}

function parseLater(value: unknown, { issuedAt, name }: Timed & { readonly name: string }): number {
  if (Number.isSafeInteger(value) && Number(value) * 1000 > issuedAt.getTime()) return Number(value);
  throw malformed(`a \`${name}\` that is not a time after the signature`);
}

function parseTree(
  verb: ActionVerb,
  { root, size }: { readonly root: unknown; readonly size: unknown },
): Pick<ActionClaims, 'tree'> {
  if (scopeOf(verb) === 'all') return { ...absent(root, 'root'), ...absent(size, 'size') };
  if (!isDigest(root) || !isTreeSize(size)) throw malformed('no valid `root` and `size` of leaves');
  return { tree: { root, size } };
}

/** True for a power of two from `MIN_ACTION_LEAVES` to `MAX_MEMBERS`. */
function isTreeSize(size: unknown): size is number {
  return (
    Number.isSafeInteger(size) &&
    Number(size) >= MIN_ACTION_LEAVES &&
    Number(size) <= MAX_MEMBERS &&
    Number.isInteger(Math.log2(Number(size)))
  );
}

function absent(value: unknown, name: string): object {
  if (value === undefined) return {};
  throw malformed(`the claim \`${name}\`, which its verb does not have`);
}

const malformed = (what: string) => fail('token-malformed', `an action has ${what}`);
