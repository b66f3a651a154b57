import { Ajv, type ValidateFunction } from 'ajv';
import { type Code, fail } from '../kernel/errors.js';
import { type Jti, type OrgId, parseJti, parseOrgId } from '../kernel/ids.js';
import type { Attributes } from '../notice/attributes.js';
import type { Section } from '../notice/kinds.js';

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

/** What decided without a rule. */
export type Because = 'not-addressed' | 'excluded' | 'suspended' | 'ended' | 'key-revoked';

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

export type ReportPart = NoticePart | DecisionPart | RefusalPart;

const text = { type: 'string', maxLength: 128 };
const names = { type: 'array', maxItems: 64, items: text };
const whole = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
const one = (name: string): object => ({ const: name });

function closed(properties: Readonly<Record<string, object>>, optional: readonly string[] = []): object {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', additionalProperties: false, required, properties };
}

const RULE = closed({ layer: { enum: ['federation', 'export', 'import'] }, id: text });
const SCHEMAS: Readonly<Record<string, object>> = {
  notice: closed({
    type: one('notice'),
    jti: text,
    digest: text,
    number: whole,
    exp: whole,
    attributes: { type: 'object' },
    sections: names,
  }),
  decision: closed(
    {
      type: one('decision'),
      jti: text,
      to: text,
      outcome: { enum: ['delivered', 'redacted', 'denied'] },
      sections: names,
      withheld: names,
      advertised: names,
      obligations: names,
      rules: { type: 'array', maxItems: 512, items: RULE },
      because: { enum: ['not-addressed', 'excluded', 'suspended', 'ended', 'key-revoked'] },
    },
    ['because'],
  ),
  refusal: closed({
    type: one('refusal'),
    index: whole,
    jti: { type: 'string', maxLength: 64, nullable: true },
    digest: text,
    code: text,
  }),
  receipts: closed({
    type: one('receipts'),
    originator: text,
    delivery: text,
    digest: text,
    recovered: { type: 'boolean' },
  }),
};

const ajv = new Ajv({ strict: true, allErrors: false, ownProperties: true });
const validators = new Map<string, ValidateFunction>(
  Object.entries(SCHEMAS).map(([type, schema]) => [type, ajv.compile(schema)]),
);

/** Throws `schema-invalid` or `id-invalid` for what no router of this version writes. */
export function parseReportPart(value: unknown): ReportPart {
  const part = checked<ReportPart>(value, ['notice', 'decision', 'refusal']);
  if (part.jti !== null) parseJti(part.jti);
  if (part.type === 'decision') parseOrgId(part.to);
  return part;
}

/** Throws as `parseReportPart` does. */
export function parseReceiptsPart(value: unknown): ReceiptsPart {
  const part = checked<ReceiptsPart>(value, ['receipts']);
  parseOrgId(part.originator);
  return part;
}

function checked<T>(value: unknown, types: readonly string[]): T {
  const { type } = Object(value) as { readonly type?: unknown };
  const known = typeof type === 'string' && types.includes(type) ? validators.get(type) : undefined;
  if (known?.(value)) return value as T;
  throw fail('schema-invalid', 'a part of a record is not what a router writes');
}
