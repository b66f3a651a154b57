import { Ajv } from 'ajv';
import { compileWhenUsed } from '../kernel/compile-when-used.js';
import { closed } from '../kernel/closed-schema.js';
import { fail } from '../kernel/errors.js';
import { BECAUSE } from '../notice/because.js';
import { COMMAND_VERBS } from '../wire/subjects.js';
import { OWN_PART_SCHEMAS } from './record-own-part-schemas.js';

const text = { type: 'string', maxLength: 128 };
const names = { type: 'array', maxItems: 64, items: text };
const orgs = { type: 'array', maxItems: 512, items: text };
const someOrgs = { ...orgs, minItems: 1, uniqueItems: true };
const whole = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
/** The most findings about a release on the ledger, and the most characters of each of their texts. */
export const RELEASE_FINDINGS = { count: 512, text: 1_000 } as const;
const long = { type: 'string', maxLength: RELEASE_FINDINGS.text };
const one = (name: string): object => ({ const: name });

const RULE = closed({ layer: { enum: ['federation', 'export', 'import'] }, id: text });
const rules = { type: 'array', maxItems: 512, items: RULE };
/** Why a decision held within a notice was made: rules by their places in the basis. */
const why = { rules: { type: 'array', maxItems: 512, items: whole }, because: { enum: BECAUSE } };
const listOf = (items: object): object => ({ type: 'array', maxItems: 512, items });

/** The JSON schema of each type of part, as a router of this version writes it. */
export const SCHEMAS: Readonly<Record<string, object>> = {
  notice: closed(
    {
      type: one('notice'),
      jti: text,
      digest: text,
      exp: whole,
      attributes: { type: 'object', required: ['kind'], properties: { kind: text } },
      sections: { ...names, uniqueItems: true },
      approver: text,
      decisions: listOf(closed({ to: text, ...why }, ['because'])),
      denials: listOf(closed({ to: someOrgs, ...why }, ['to', 'because'])),
    },
    ['approver'],
  ),
  members: closed({ type: one('members'), orgs: someOrgs }),
  refusal: closed(
    {
      type: one('refusal'),
      index: whole,
      jti: { type: 'string', maxLength: 64, nullable: true },
      digest: text,
      code: text,
      number: whole,
      rules,
    },
    ['number', 'rules'],
  ),
  receipts: closed({
    type: one('receipts'),
    digest: text,
    recovered: { type: 'boolean' },
  }),
  change: closed({ type: one('change'), digest: text }),
  'receipts-statement': closed({ type: one('receipts-statement'), number: whole, digest: text }),
  quarantined: closed({
    type: one('quarantined'),
    what: { enum: ['message', 'notice'] },
    entry: text,
    size: whole,
    reason: text,
    subject: { type: 'string', maxLength: 256 },
  }),
  adoption: closed({
    type: one('adoption'),
    bundle: { ...text, nullable: true },
    outcome: { enum: ['adopted', 'refused'] },
    by: text,
    release: {
      ...closed({ org: text, digest: text, statement: text, version: whole }),
      nullable: true,
    },
    approvedBy: { enum: ['members', 'operator', null] },
    findings: {
      type: 'array',
      maxItems: RELEASE_FINDINGS.count,
      items: closed({ place: long, message: long, loosening: text }, ['loosening']),
    },
  }),
  directory: closed({ type: one('directory'), version: whole, digest: text, policy: text }),
  command: closed(
    {
      type: one('command'),
      command: text,
      verb: { enum: COMMAND_VERBS },
      person: { type: 'string', maxLength: 200 },
      entry: text,
      notice: text,
      first: text,
      proposal: text,
      seq: whole,
      accepted: whole,
      token: text,
      outcome: {
        enum: [
          'accepted',
          'routed',
          'refused',
          'discarded',
          'ruled-out',
          'adopted',
          'submitted',
          'proposed',
          'cancelled',
          'recovered',
          'would-route',
          'would-refuse',
        ],
      },
      code: { ...text, nullable: true },
    },
    ['notice', 'first', 'proposal'],
  ),
  result: closed({
    type: one('result'),
    notice: { ...text, nullable: true },
    code: { ...text, nullable: true },
    delivered: orgs,
    redacted: orgs,
    denied: orgs,
  }),
};

const ajv = new Ajv({ strict: true, allErrors: false, ownProperties: true, validateSchema: false });
const validators = new Map(
  Object.entries({ ...SCHEMAS, ...OWN_PART_SCHEMAS }).map(([type, schema]) => [
    type,
    compileWhenUsed(ajv, schema),
  ]),
);

/** Validates a part against the schema of its type, which must be one of `types`. Throws `schema-invalid`. */
export function checkedPart<T>(value: unknown, types: readonly string[]): T {
  const { type } = Object(value) as { readonly type?: unknown };
  const known = typeof type === 'string' && types.includes(type) ? validators.get(type)?.() : undefined;
  if (known?.(value)) return value as T;
  throw fail('schema-invalid', 'a part of a record is not what a router writes');
}
