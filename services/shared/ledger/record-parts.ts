import { Ajv } from 'ajv';
import { compileWhenUsed } from '../kernel/compile-when-used.js';
import { type Code, fail } from '../kernel/errors.js';
import {
  type CommandId,
  type EntryId,
  type Jti,
  type NoticeId,
  type OrgId,
  parseCommandId,
  parseEntryId,
  parseJti,
  parseNoticeId,
  parseOrgId,
} from '../kernel/ids.js';
import type { Attributes } from '../notice/attributes.js';
import type { Because } from '../notice/because.js';
import type { Section } from '../notice/kinds.js';
import type { CommandVerb } from '../wire/subjects.js';
import {
  type ActionPart,
  type ActPart,
  type AskPart,
  type BasisPart,
  isOwnPart,
  type OwnPart,
  type SeedPart,
  type TreePart,
  type UnactPart,
} from './record-own-parts.js';
import { OWN_PART_SCHEMAS } from './record-own-part-schemas.js';
import { SCHEMAS } from './record-part-schemas.js';

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
}

/** The decision about one notice for one recipient. */
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
 * originator and to viewers of the whole federation, because it names other recipients.
 */
export interface DenialPart extends Pick<DecisionPart, 'jti' | 'rules' | 'because'> {
  readonly type: 'denial';
  /** At least one; none is named in another part about this notice. */
  readonly to: readonly OrgId[];
}

/** The members for which the following notices were decided; `others` is derived from it. Only in records. */
export interface MembersPart {
  readonly type: 'members';
  readonly orgs: readonly OrgId[];
}

/** A denial for all of the preceding `members` that no other part about the notice names. Only in records. */
export interface OthersPart extends Omit<DenialPart, 'type' | 'to'> {
  readonly type: 'others';
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

/** The part about one change of receipts; the change itself is next to the statement. */
export interface ChangePart {
  readonly type: 'change';
  readonly originator: OrgId;
  /** Digest of the change. */
  readonly digest: string;
}

/** The part about the statement of a frame of receipts, which is next to the statement of the record. */
export interface ReceiptsStatementPart {
  readonly type: 'receipts-statement';
  readonly number: number;
  /** Digest of the statement of the frame. */
  readonly digest: string;
}

/** The part about one receipt; the receipt itself is next to the statement. */
export interface ReceiptsPart {
  readonly type: 'receipts';
  readonly originator: OrgId;
  /** The frame whose delivery it answers. */
  readonly delivery: string;
  /** Digest of the receipt. */
  readonly digest: string;
  /** True if the ledger did not have the delivery and the receipt proved it with the router's delivery statement. */
  readonly recovered: boolean;
}

/** Why bytes of an organisation were quarantined; the bytes are not in it. */
export interface QuarantinedPart {
  readonly type: 'quarantined';
  /** A whole message, or one notice of a frame whose other notices were accepted. */
  readonly what: 'message' | 'notice';
  readonly entry: EntryId;
  /** Bytes. */
  readonly size: number;
  readonly reason: Code;
  /** The subject of the message, in printable form. */
  readonly subject: string;
}

/**
 * The outcome of a command; all but `accepted` are final. `would-…` answer a dry run. A cancellation is `proposed` by one
 * operator and `cancelled` by another.
 */
export type CommandOutcome =
  | 'accepted'
  | 'routed'
  | 'refused'
  | 'discarded'
  | 'ruled-out'
  | 'adopted'
  | 'proposed'
  | 'cancelled'
  | 'would-route'
  | 'would-refuse';

/** The part about a command. */
export interface CommandPart {
  readonly type: 'command';
  readonly command: CommandId;
  readonly verb: CommandVerb;
  /** The holder of the operator key that signed it, as named by the directory at that time. */
  readonly person: string;
  readonly entry: EntryId;
  /** The notice of a `cancel`, and the command that proposed it, in the second one. */
  readonly notice?: NoticeId;
  readonly first?: CommandId;
  /** Digest of the record of that command; present exactly where the outcome is `cancelled`. */
  readonly proposal?: string;
  /** Sequence of its message in the stream COMMAND; the same bytes in another message are a second use. */
  readonly seq: number;
  /** In seconds since 1970. */
  readonly accepted: number;
  /** Digest of the command as signed, which stands beside the statement. */
  readonly token: string;
  readonly outcome: CommandOutcome;
  /** The reason of a refusal, otherwise null. */
  readonly code: Code | null;
}

/** The result of a replay, or of its dry run, for one notice of the frame. */
export interface ResultPart {
  readonly type: 'result';
  /** Null if it could not be read. */
  readonly notice: Jti | null;
  /** The reason of a refusal. */
  readonly code: Code | null;
  readonly delivered: readonly OrgId[];
  readonly redacted: readonly OrgId[];
  readonly denied: readonly OrgId[];
}

/** A decision as records hold it: what is shared with its recipient is in a part of the recipient's own. */
export type HeldDecision = Omit<DecisionPart, 'sections' | 'advertised' | 'obligations'>;
/** Parts that readers of a report use as records hold them. */
type PlainPart =
  | NoticePart
  | DenialPart
  | RefusalPart
  | SeedPart
  | ActionPart
  | ActPart
  | UnactPart
  | AskPart;
/** A part of a report as its readers use it. */
export type ReportPart = PlainPart | DecisionPart;
/** A part as records hold it; `spelledOut` converts them to report parts. */
export type HeldPart = PlainPart | HeldDecision | OwnPart | OthersPart | MembersPart | TreePart | BasisPart;

const ajv = new Ajv({ strict: true, allErrors: false, ownProperties: true, validateSchema: false });
const validators = new Map(
  Object.entries({ ...SCHEMAS, ...OWN_PART_SCHEMAS }).map(([type, schema]) => [
    type,
    compileWhenUsed(ajv, schema),
  ]),
);

const HELD = ['notice', 'decision', 'denial', 'others', 'members', 'refusal'];

/** Validates a part of a report. Throws `schema-invalid` or `id-invalid` for what no router of this version writes. */
export function parseHeldPart(value: unknown): HeldPart {
  const part = checked<HeldPart>(value, [...HELD, ...Object.keys(OWN_PART_SCHEMAS)]);
  if ('jti' in part && part.jti !== null) parseJti(part.jti);
  if ('orgs' in part) part.orgs.forEach(parseOrgId);
  if ('unnamed' in part) part.unnamed.forEach(parseOrgId);
  if ('id' in part) parseNoticeId(part.id);
  if (part.type === 'denial') part.to.forEach(parseOrgId);
  else if ('to' in part) parseOrgId(part.to);
  return part;
}

/** Validates a part that one member is shown. Throws as `parseHeldPart` does, and `schema-invalid` for the part of another. */
export function parseOwnPart(value: unknown, org: OrgId): OwnPart {
  const part = parseHeldPart(value);
  if (isOwnPart(part) && part.to === org) return part;
  throw fail('schema-invalid', 'a part of a record is not the own part of the member that it is shown to');
}

/** Validates the part about a receipt. Throws as `parseHeldPart` does. */
export function parseReceiptsPart(value: unknown): ReceiptsPart {
  const part = checked<ReceiptsPart>(value, ['receipts']);
  parseOrgId(part.originator);
  return part;
}

/** Validates the part about a change of receipts. Throws as `parseHeldPart` does. */
export function parseChangePart(value: unknown): ChangePart {
  const part = checked<ChangePart>(value, ['change']);
  parseOrgId(part.originator);
  return part;
}

/** Validates the part about the statement of a frame of receipts. Throws as `parseHeldPart` does. */
export function parseReceiptsStatementPart(value: unknown): ReceiptsStatementPart {
  return checked<ReceiptsStatementPart>(value, ['receipts-statement']);
}

/** Validates the part about a quarantined entry. Throws as `parseHeldPart` does. */
export function parseQuarantinedPart(value: unknown): QuarantinedPart {
  const part = checked<QuarantinedPart>(value, ['quarantined']);
  parseEntryId(part.entry);
  return part;
}

/** Validates a command's part and the results after it. Throws as `parseHeldPart` does. */
export function parseCommandParts([first, ...rest]: readonly unknown[]): {
  readonly part: CommandPart;
  readonly results: readonly ResultPart[];
} {
  const part = checked<CommandPart>(first, ['command']);
  parseCommandId(part.command);
  parseEntryId(part.entry);
  if (part.notice !== undefined) parseNoticeId(part.notice);
  if (part.first !== undefined) parseCommandId(part.first);
  return { part, results: rest.map((value) => checked<ResultPart>(value, ['result'])) };
}

function checked<T>(value: unknown, types: readonly string[]): T {
  const { type } = Object(value) as { readonly type?: unknown };
  const known = typeof type === 'string' && types.includes(type) ? validators.get(type)?.() : undefined;
  if (known?.(value)) return value as T;
  throw fail('schema-invalid', 'a part of a record is not what a router writes');
}
