import { fail } from '../kernel/errors.js';
import { type Jti, jtiOf, type NoticeId, type OrgId } from '../kernel/ids.js';
import { type Section, SECTIONS } from '../notice/kinds.js';
import {
  type Header,
  type Notice,
  parseNotice,
  parseReceived,
  type Routing,
  type Sections,
} from '../notice/notice.js';
import type { Directory } from './directory.js';
import { type DirectoryKey, personName, personOf } from './directory-key.js';
import type { DisclosureName } from './disclosure.js';
import { type Claims, verifyJws } from './jws.js';
import { verifyNoticeApproval } from './signers/notice-approval.js';
import { type HashedSdJwt, hashSdJwt, readDisclosed } from './sd-jwt.js';

declare const verified: unique symbol;

/** A notice whose signature, times, disclosures and schema were verified. Only this module creates the brand. */
export type Verified<T> = T & { readonly [verified]: true };

/** What every copy of a notice has, whichever sections it discloses. */
export interface Sealed {
  readonly jti: Jti;
  readonly id: NoticeId;
  readonly number: number;
  /** Expiry in seconds since 1970. */
  readonly exp: number;
  /** Digest of `jwt`, so it does not depend on what is disclosed. */
  readonly digest: string;
  /** The originator's JWS, without disclosures. */
  readonly jwt: string;
  readonly kid: string;
  readonly header: Header;
  /** The exact text of each disclosure, in the order of `_sd`; redaction reuses these texts and never encodes again. */
  readonly disclosures: ReadonlyMap<DisclosureName, string>;
}

/** A notice as delivered: some sections, never the routing. */
export interface Delivered extends Sealed {
  readonly sections: Sections;
}

/** A notice as the router receives it. The content of its sections was validated and dropped: no decision reads it. */
export interface SubmittedNotice extends Sealed {
  readonly routing: Routing;
  /** The names of its sections, sorted. */
  readonly sections: readonly Section[];
}

/** The originator a notice must have, and the directory and time to verify it by. */
export interface Opening {
  readonly directory: Directory;
  readonly originator: OrgId;
  readonly now: Date;
  /** When a record first named it, if one did; a key revoked after that is still accepted (docs/architecture.md#clock-skew). */
  readonly recorded?: Date;
  /** The end that an extension set; replaces the notice's own expiry. */
  readonly lifeEnd?: Date;
}

/**
 * Verifies and opens a submitted notice. Throws as `verifyJws` does, and `oversize`, `disclosure-invalid`,
 * `routing-missing`, `schema-invalid`, `kind-unknown`, `header-mismatch`, and `not-approved` for break-glass that no approver
 * signed, and for a notice under neutrality review that another person than the one who submitted it has not approved.
 */
export async function openSubmission(sdJwt: string, opening: Opening): Promise<Verified<SubmittedNotice>> {
  const { values, ...envelope } = await open(hashSdJwt(sdJwt), opening);
  if (!values.has('routing')) throw fail('routing-missing', 'a notice was submitted without its routing');
  const sections = sectionsIn(values);
  const header = envelope.claims['notice'];
  const notice = parseNotice({ header, routing: values.get('routing'), sections });
  requireReview(notice, envelope.approver);
  const names = (Object.keys(sections) as Section[]).toSorted();
  return seal({ ...checked(envelope, notice.header), routing: notice.routing, sections: names });
}

/** Verifies and opens a delivered or parked notice. Throws as `openSubmission` does, and `section-unexpected` for routing. */
export async function openDelivered(sdJwt: string, opening: Opening): Promise<Verified<Delivered>> {
  return openHashed(hashSdJwt(sdJwt), opening);
}

/** As `openDelivered`, for a copy that is hashed already. */
export async function openHashed(copy: HashedSdJwt, opening: Opening): Promise<Verified<Delivered>> {
  const { values, ...envelope } = await open(copy, opening);
  if (values.has('routing')) throw fail('section-unexpected', 'a notice was delivered with its routing');
  const notice = parseReceived({ header: envelope.claims['notice'], sections: sectionsIn(values) });
  return seal({ ...checked(envelope, notice.header), sections: notice.sections });
}

/** Returns the sections in the order of the vocabulary: objects of the same property order are faster to read. */
function sectionsIn(
  values: ReadonlyMap<DisclosureName, unknown>,
): Readonly<Partial<Record<Section, unknown>>> {
  return Object.fromEntries(
    SECTIONS.filter((name) => values.has(name)).map((name) => [name, values.get(name)]),
  );
}

/** Requires an approval exactly where a notice uses break-glass or is under review; a review is done by a second person. */
function requireReview(
  { header: { breakGlass }, routing: { neutralityReview } }: Pick<Notice, 'header' | 'routing'>,
  approver: DirectoryKey | undefined,
): void {
  if (neutralityReview === undefined) {
    if (breakGlass === undefined && approver !== undefined)
      throw fail('not-approved', 'an approval without break-glass and without a neutrality review');
    return;
  }
  if (approver === undefined) throw fail('not-approved', 'a notice under neutrality review is not approved');
  if (personOf(approver) === personName(neutralityReview.submittedBy))
    throw fail('not-approved', 'the person who submitted a notice cannot approve it');
}

/** The only function that creates `Verified`. */
function seal<T extends Sealed>(notice: T): Verified<T> {
  return notice as Verified<T>;
}

interface Envelope {
  readonly jwt: string;
  readonly digest: string;
  readonly kid: string;
  readonly claims: Claims;
  /** The key that approved the notice; undefined for one without approval. */
  readonly approver: DirectoryKey | undefined;
  readonly texts: ReadonlyMap<DisclosureName, string>;
}

async function open(
  { jwt, digest, disclosures }: HashedSdJwt,
  { directory, originator, ...times }: Opening,
): Promise<Envelope & { readonly values: ReadonlyMap<DisclosureName, unknown> }> {
  const by = { key: directory.key, issuer: originator, audience: directory.federation, ...times };
  const { payload: claims, key } = await verifyJws(jwt, { ...by, typ: 'notice+sd-jwt', use: 'notice' });
  const approver = await verifyNoticeApproval(claims, by);
  const { breakGlass } = Object(claims['notice']) as Claims;
  if (breakGlass !== undefined && approver === undefined)
    throw fail('not-approved', 'break-glass without the approval of a person');
  return { jwt, digest, kid: key.kid, claims, approver, ...readDisclosed(claims, disclosures) };
}

/** Requires the claims that generic JWT readers use to agree with the header. */
function checked({ jwt, digest, kid, claims, texts }: Envelope, header: Header): Sealed {
  const { id, number } = header;
  const jti = jtiOf(id, number);
  const exp = Date.parse(header.expiresAt) / 1000;
  const agrees =
    claims['jti'] === jti &&
    claims['iat'] === Date.parse(header.issuedAt) / 1000 &&
    claims['exp'] === exp &&
    claims['iss'] === header.originator;
  if (!agrees) throw fail('header-mismatch', 'the claims `iss`, `iat`, `exp`, `jti` differ from the header');
  return { jti, id, number, exp, digest, jwt, kid, header, disclosures: texts };
}
