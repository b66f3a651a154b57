import { type Code, fail } from '../kernel/errors.js';
import { type Jti, type OrgId, parseJti, parseNoticeId, parseOrgId } from '../kernel/ids.js';
import type { Attributes } from '../notice/attributes.js';
import type { Because } from '../notice/because.js';
import type { Section } from '../notice/kinds.js';
import {
  type ActionPart,
  type ActPart,
  type AskPart,
  type KeyRequestPart,
  type BasisPart,
  isOwnPart,
  type OwnPart,
  type ReleasePart,
  type SeedPart,
  type TreePart,
  type UnactPart,
} from './record-own-parts.js';
import { OWN_PART_SCHEMAS } from './record-own-part-schemas.js';
import { checkedPart } from './record-part-schemas.js';

/** What policy decided about: header attributes and section names of a notice, never its content. */
export interface NoticePart {
  readonly type: 'notice';
  readonly jti: Jti;
  /** Digest of the SD-JWT; the recorded decision applies to exactly these bytes. */
  readonly digest: string;
  readonly number: number;
  /** Expiry in seconds since 1970. */
  readonly exp: number;
  readonly attributes: Attributes;
  readonly sections: readonly Section[];
  /** The id of the key that approved it, for break-glass or after a review; absent for a notice without approval. */
  readonly approver?: string;
}

/** The decision about one notice for one recipient. Records hold it within the notice (`HeldNoticePart`). */
export interface DecisionPart {
  readonly type: 'decision';
  readonly jti: Jti;
  readonly to: OrgId;
  readonly outcome: 'delivered' | 'redacted' | 'denied';
  readonly sections: readonly Section[];
  readonly withheld: readonly Section[];
  readonly advertised: readonly Section[];
  readonly obligations: readonly string[];
  readonly rules: readonly { readonly layer: 'federation' | 'export' | 'import'; readonly id: string }[];
  readonly because?: Because;
}

/**
 * The recipients denied one notice for the same reason; a narrowing has a decision for each instead. Shown only to the
 * originator and to viewers of the whole federation, because it names other recipients. Records hold it within the notice.
 */
export interface DenialPart extends Pick<DecisionPart, 'jti' | 'rules' | 'because'> {
  readonly type: 'denial';
  /** At least one; none is named in another part about this notice. */
  readonly to: readonly OrgId[];
}

/** The members for which the following notices were decided; a denial without names is derived from it. Only in records. */
export interface MembersPart {
  readonly type: 'members';
  readonly orgs: readonly OrgId[];
}

/** A notice refused for a reason that no retry can change. `index` is its position in the submission. */
export interface RefusalPart {
  readonly type: 'refusal';
  readonly index: number;
  /** Null if it could not be read. */
  readonly jti: Jti | null;
  readonly digest: string;
  readonly code: Code;
  /** With `superseded`: the newest number of that own notice. */
  readonly number?: number;
  /** With `not-permitted`: the rules that forbid it; none when a permit is missing. */
  readonly rules?: DecisionPart['rules'];
}

/** The rules of a decision, as places in the list of rules of the record (`BasisPart`), and why no rule was asked. */
interface HeldReason extends Pick<DecisionPart, 'because'> {
  readonly rules: readonly number[];
}

/**
 * A notice with all that was decided about it, as records hold it. What a recipient gets is in its own part `share`, which
 * also determines the outcome and the withheld sections; the number is in `jti`.
 */
export interface HeldNoticePart extends Omit<NoticePart, 'number'> {
  readonly decisions: readonly (HeldReason & Pick<DecisionPart, 'to'>)[];
  /** Without `to`: all of the preceding `members` that are not named otherwise. */
  readonly denials: readonly (HeldReason & Partial<Pick<DenialPart, 'to'>>)[];
}

/** Parts that readers of a report use as records hold them. */
type PlainPart =
  | RefusalPart
  | SeedPart
  | ActionPart
  | ActPart
  | UnactPart
  | AskPart
  | KeyRequestPart
  | ReleasePart;
/** A part of a report as its readers use it. */
export type ReportPart = PlainPart | NoticePart | DecisionPart | DenialPart;
/** A part as records hold it; `spelledOut` converts them to report parts. */
export type HeldPart = PlainPart | HeldNoticePart | OwnPart | MembersPart | TreePart | BasisPart;

const HELD = ['notice', 'members', 'refusal'];

/** Validates a part of a report. Throws `schema-invalid` or `id-invalid` for what no router of this version writes. */
export function parseHeldPart(value: unknown): HeldPart {
  const part = checkedPart<HeldPart>(value, [...HELD, ...Object.keys(OWN_PART_SCHEMAS)]);
  if ('jti' in part && part.jti !== null) parseJti(part.jti);
  if ('orgs' in part) part.orgs.forEach(parseOrgId);
  if ('unnamed' in part) part.unnamed.forEach(parseOrgId);
  if ('id' in part) parseNoticeId(part.id);
  if ('to' in part) parseOrgId(part.to);
  if (part.type === 'notice') {
    for (const { to } of part.decisions) parseOrgId(to);
    for (const { to = [] } of part.denials) to.forEach(parseOrgId);
  }
  return part;
}

/** Validates a part that one member is shown. Throws as `parseHeldPart` does, and `schema-invalid` for the part of another. */
export function parseOwnPart(value: unknown, org: OrgId): OwnPart {
  const part = parseHeldPart(value);
  if (isOwnPart(part) && part.to === org) return part;
  throw fail('schema-invalid', 'a part of a record is not the own part of the member that it is shown to');
}
