import { Ajv } from 'ajv';
import { closed } from '../../kernel/closed-schema.js';
import { compileWhenUsed } from '../../kernel/compile-when-used.js';
import { seconds } from '../../kernel/clock.js';
import { fail } from '../../kernel/errors.js';
import { type NoticeId, type OrgId, parseNoticeId, parseOrgId } from '../../kernel/ids.js';
import { digest } from '../../trust/digest.js';
import type { Directory } from '../../trust/directory.js';
import { signJws, verifyJws } from '../../trust/jws.js';
import type { Signer } from '../../trust/keys.js';
import { claimsIn } from '../../trust/token-claims.js';

/** What a recipient signed about one delivery or action. */
export interface RecipientWord {
  /** One of `RECEIPT_TYPES`. */
  readonly type: string;
  /** When it was signed, in seconds since 1970. */
  readonly at: number;
  readonly kid: string;
  /** Digest of the receipt that says so. */
  readonly digest: string;
  /** The receipt as its recipient signed it; null where it also names other notices. */
  readonly receipt: string | null;
}

/** One revision that a recipient was given. */
export interface GivenSections {
  /** The number of the revision. */
  readonly number: number;
  readonly sections: readonly string[];
  /** Null while its receipt is awaited. */
  readonly word: RecipientWord | null;
}

/** One action of the originator that a recipient had to follow. */
export interface ConcerningAction {
  readonly verb: string;
  readonly number: number;
  /** The sections that it gave or took; absent where it was about the whole notice. */
  readonly sections?: readonly string[];
  /** Null while its answer is awaited. */
  readonly word: RecipientWord | null;
}

/** One recipient of a notice. */
export interface RecipientRecord {
  readonly org: OrgId;
  /** By number. */
  readonly given: readonly GivenSections[];
  /** By number. */
  readonly actions: readonly ConcerningAction[];
}

/** Who received which sections of a notice (GDPR Art. 19, second sentence). */
export interface RecipientsContent {
  readonly id: NoticeId;
  /** Every organisation that was given a revision, including those that have erased it since. */
  readonly recipients: readonly RecipientRecord[];
}

/** The document with a valid signature of its originator; each receipt in it is verified too. */
export interface VerifiedRecipients extends RecipientsContent {
  readonly originator: OrgId;
  readonly issuedAt: Date;
  readonly kid: string;
}

/** Signs the document with the originator's key of use `notice`. Resolves to a compact JWS. */
export function signRecipients(
  { id, recipients }: RecipientsContent,
  { signer, federation, now }: { readonly signer: Signer; readonly federation: string; readonly now: Date },
): Promise<string> {
  const claims = { iss: signer.owner, aud: federation, iat: seconds(now), id, recipients };
  return signJws('recipients+jws', claims, signer);
}

/** The limits of a document: room for 512 recipients with a receipt each. */
const LIMITS = { bytes: 4 * 1024 * 1024, depth: 8, nodes: 200_000 } as const;

/**
 * Verifies the document and each receipt in it with the directory alone. Throws as `verifyJws` does,
 * `token-malformed` or `id-invalid` for malformed content, and `digest-mismatch` for a receipt that does not
 * have the named digest.
 */
export async function verifyRecipients(
  token: string,
  { directory, now }: { readonly directory: Directory; readonly now: Date },
): Promise<VerifiedRecipients> {
  const about = { key: directory.key, audience: directory.federation, now };
  const { payload, key } = await verifyJws(token, {
    typ: 'recipients+jws',
    use: 'notice',
    limits: LIMITS,
    ...about,
  });
  const { iss, iat, id, recipients } = parseContent(payload);
  for (const { org, given, actions } of recipients) {
    for (const { word } of [...given, ...actions]) {
      if (word?.receipt === null || word === null) continue;
      if (digest(word.receipt) !== word.digest)
        throw fail('digest-mismatch', 'a receipt is not the one that the document names');
      // A key may have been revoked since: the originator verified the receipt when it came.
      const recorded = new Date(word.at * 1000);
      await verifyJws(word.receipt, {
        ...about,
        typ: 'receipt+jws',
        use: 'receipt',
        issuer: org,
        recorded,
      });
    }
  }
  return { originator: iss, issuedAt: new Date(iat * 1000), kid: key.kid, id, recipients };
}

const text = { type: 'string', maxLength: 128 };
const whole = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
const names = { type: 'array', maxItems: 32, items: text };
const word = {
  anyOf: [
    { type: 'null' },
    closed({
      type: text,
      at: whole,
      kid: text,
      digest: text,
      receipt: { anyOf: [{ type: 'null' }, { type: 'string', maxLength: 256 * 1024 }] },
    }),
  ],
};
const list = (items: object): object => ({ type: 'array', maxItems: 4_096, items });
const isContent = compileWhenUsed<{
  readonly iss: OrgId;
  readonly iat: number;
  readonly id: NoticeId;
  readonly recipients: readonly RecipientRecord[];
}>(
  new Ajv({ strict: true, allowUnionTypes: true, ownProperties: true, validateSchema: false }),
  closed({
    iss: text,
    aud: text,
    iat: whole,
    id: text,
    recipients: list(
      closed({
        org: text,
        given: list(closed({ number: whole, sections: names, word })),
        actions: list(closed({ verb: text, number: whole, sections: names, word }, ['sections'])),
      }),
    ),
  }),
);

function parseContent(payload: unknown) {
  const isDocument = isContent();
  if (!isDocument(payload)) throw fail('token-malformed', 'not a document of recipients');
  parseOrgId(payload.iss);
  parseNoticeId(payload.id);
  for (const { org } of payload.recipients) parseOrgId(org);
  return payload;
}

/**
 * Returns the receipt if a document about this notice may show it; null if the receipt also names other
 * notices.
 */
export function receiptAbout(id: NoticeId, receipt: string): string | null {
  const { except, actions } = Object(claimsIn(receipt)) as Readonly<Record<string, unknown>>;
  const named = [
    ...objectsIn(except).map(({ jti }) => String(jti).split('.', 1)[0]),
    ...objectsIn(actions).map((action) => String(action['id'])),
  ];
  return named.every((one) => one === id) ? receipt : null;
}

const objectsIn = (value: unknown): readonly Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) ? value.map(Object) : [];
