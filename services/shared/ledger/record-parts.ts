import { Ajv, type ValidateFunction } from 'ajv';
import { type Code, fail } from '../kernel/errors.js';
import {
  type CommandId,
  type EntryId,
  type Jti,
  type OrgId,
  parseCommandId,
  parseEntryId,
  parseJti,
  parseOrgId,
} from '../kernel/ids.js';
import type { Attributes } from '../notice/attributes.js';
import type { Because } from '../notice/because.js';
import type { Section } from '../notice/kinds.js';
import type { CommandVerb } from '../wire/subjects.js';
import { SCHEMAS } from './record-part-schemas.js';

/** What a decision was made from: the header attributes and the names of the sections. Nothing of the content. */
export interface NoticePart {
  readonly type: 'notice';
  readonly jti: Jti;
  /** SD-JWT digest: a recorded decision counts for exactly these bytes. */
  readonly digest: string;
  readonly number: number;
  /** Seconds since the epoch. */
  readonly exp: number;
  readonly attributes: Attributes;
  readonly sections: readonly Section[];
}

/** What one recipient gets of one notice. */
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
 * Who gets nothing of one notice for one and the same reason; a narrowing says it of each in a decision. Shown to its
 * originator and to the federation only: nobody else may know who else there is.
 */
export interface DenialPart extends Pick<DecisionPart, 'jti' | 'rules' | 'because'> {
  readonly type: 'denial';
  /** One at least, and in no other part about this notice. */
  readonly to: readonly OrgId[];
}

/** Whom the notices behind it were decided for: who `others` can be. Only records hold it. */
export interface MembersPart {
  readonly type: 'members';
  readonly orgs: readonly OrgId[];
}

/** A denial to all of the last `members` before it whom no other part about the notice names. Only records hold it. */
export interface OthersPart extends Omit<DenialPart, 'type' | 'to'> {
  readonly type: 'others';
}

/** A notice that was not taken, for a reason that no retry can change. `index` is its place in the submission. */
export interface RefusalPart {
  readonly type: 'refusal';
  readonly index: number;
  /** Null when it could not be read. */
  readonly jti: Jti | null;
  readonly digest: string;
  readonly code: Code;
}

/** One recipient's receipt in a record; the signed set itself stands beside it. */
export interface ReceiptsPart {
  readonly type: 'receipts';
  readonly originator: OrgId;
  /** Id of the frame whose delivery it answers. */
  readonly delivery: string;
  /** Digest of the receipt's statement. */
  readonly digest: string;
  /** The ledger knew nothing of that delivery; the router's own delivery statement proved it. */
  readonly recovered: boolean;
}

/** Bytes of an organisation that could not be trusted or read, and why. They are not in it. */
export interface QuarantinedPart {
  readonly type: 'quarantined';
  /** A whole message as it came, or one notice of a frame that was taken otherwise. */
  readonly what: 'message' | 'notice';
  readonly entry: EntryId;
  /** Bytes. */
  readonly size: number;
  readonly reason: Code;
  /** As it came, in printable form. */
  readonly subject: string;
}

/** What became of a command; all but `accepted` are its end. `would-…` answer a dry run. */
export type CommandOutcome = 'accepted' | 'routed' | 'refused' | 'discarded' | 'would-route' | 'would-refuse';

export interface CommandPart {
  readonly type: 'command';
  readonly command: CommandId;
  readonly verb: CommandVerb;
  /** Whose operator key signed it, as the directory named it then. */
  readonly person: string;
  readonly entry: EntryId;
  /** Which message of COMMAND it came in: the same bytes in another are a second use. */
  readonly seq: number;
  /** Seconds since the epoch. */
  readonly accepted: number;
  readonly outcome: CommandOutcome;
  /** Of what is, or would be, refused. */
  readonly code: Code | null;
}

/** What a replayed frame became, or would become, for one of its notices. */
export interface ResultPart {
  readonly type: 'result';
  /** Null when it could not be read. */
  readonly notice: Jti | null;
  /** Of a refusal. */
  readonly code: Code | null;
  readonly delivered: readonly OrgId[];
  readonly redacted: readonly OrgId[];
  readonly denied: readonly OrgId[];
}

export type ReportPart = NoticePart | DecisionPart | DenialPart | RefusalPart;
/** As a record holds it; `spelledOut` makes report parts of them. */
export type HeldPart = ReportPart | OthersPart | MembersPart;

const ajv = new Ajv({ strict: true, allErrors: false, ownProperties: true });
const validators = new Map<string, ValidateFunction>(
  Object.entries(SCHEMAS).map(([type, schema]) => [type, ajv.compile(schema)]),
);

/** Throws `schema-invalid` or `id-invalid` for what no router of this version writes. */
export function parseHeldPart(value: unknown): HeldPart {
  const part = checked<HeldPart>(value, ['notice', 'decision', 'denial', 'others', 'members', 'refusal']);
  if (part.type === 'members') part.orgs.forEach(parseOrgId);
  else if (part.jti !== null) parseJti(part.jti);
  if (part.type === 'decision') parseOrgId(part.to);
  if (part.type === 'denial') part.to.forEach(parseOrgId);
  return part;
}

/** Throws as `parseHeldPart` does. */
export function parseReceiptsPart(value: unknown): ReceiptsPart {
  const part = checked<ReceiptsPart>(value, ['receipts']);
  parseOrgId(part.originator);
  return part;
}

/** Throws as `parseHeldPart` does. */
export function parseQuarantinedPart(value: unknown): QuarantinedPart {
  const part = checked<QuarantinedPart>(value, ['quarantined']);
  parseEntryId(part.entry);
  return part;
}

/** A command's part and the results behind it. Throws as `parseHeldPart` does. */
export function parseCommandParts([first, ...rest]: readonly unknown[]): {
  readonly part: CommandPart;
  readonly results: readonly ResultPart[];
} {
  const part = checked<CommandPart>(first, ['command']);
  parseCommandId(part.command);
  parseEntryId(part.entry);
  return { part, results: rest.map((value) => checked<ResultPart>(value, ['result'])) };
}

function checked<T>(value: unknown, types: readonly string[]): T {
  const { type } = Object(value) as { readonly type?: unknown };
  const known = typeof type === 'string' && types.includes(type) ? validators.get(type) : undefined;
  if (known?.(value)) return value as T;
  throw fail('schema-invalid', 'a part of a record is not what a router writes');
}
