import { closed } from '../kernel/closed-schema.js';

const text = { type: 'string', maxLength: 128 };
const names = { type: 'array', maxItems: 64, items: text };
const sections = { ...names, uniqueItems: true };
const whole = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
/** 43 characters of base64url: 32 bytes. */
const digest = { type: 'string', pattern: '^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$' };
/** 22 characters of base64url: 16 bytes. */
const secret = { type: 'string', pattern: '^[A-Za-z0-9_-]{21}[AQgw]$' };
const one = (name: string): object => ({ const: name });
/** The size of a record bounds the number of rules before this does. */
const ruleIds = { type: 'array', maxItems: 32_768, items: text };
const orgs = { type: 'array', maxItems: 512, uniqueItems: true, items: text };

/** The JSON schema of the parts that frame a report, and of those that single members are shown. */
export const OWN_PART_SCHEMAS: Readonly<Record<string, object>> = {
  tree: closed({ type: one('tree'), orgs, decoys: secret }),
  basis: closed({
    type: one('basis'),
    submission: { ...closed({ number: whole, digest }), nullable: true },
    policies: { type: 'object', maxProperties: 1_100, additionalProperties: text },
    rules: closed({ federation: ruleIds, export: ruleIds, import: ruleIds }),
  }),
  seed: closed({ type: one('seed'), to: text, seed: secret }),
  share: closed({
    type: one('share'),
    to: text,
    jti: text,
    digest,
    sections,
    disclosed: digest,
    advertised: sections,
    obligations: names,
  }),
  unshare: closed({ type: one('unshare'), to: text, jti: text, digest }),
  action: closed(
    {
      type: one('action'),
      digest,
      id: text,
      number: whole,
      verb: text,
      scope: { enum: ['all', 'listed'] },
      until: whole,
      expiresAt: whole,
      unnamed: orgs,
    },
    ['until', 'expiresAt'],
  ),
  release: closed({ type: one('release'), digest, release: digest, version: whole }),
  act: closed({ type: one('act'), to: text, digest }),
  unact: closed({ type: one('unact'), to: text, digest }),
  'key-request': closed({ type: one('key-request'), digest, kid: text }),
  ask: closed({ type: one('ask'), to: text, digest, id: text, section: text }),
};
