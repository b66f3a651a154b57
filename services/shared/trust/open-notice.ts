import { fail } from '../kernel/errors.js';
import { type Jti, jtiOf, type NoticeId, type OrgId } from '../kernel/ids.js';
import { type Section, SECTIONS } from '../notice/kinds.js';
import { type Header, parseNotice, parseReceived, type Routing, type Sections } from '../notice/notice.js';
import { digest } from './digest.js';
import type { Directory } from './directory.js';
import type { DisclosureName } from './disclosure.js';
import { type Claims, verifyJws } from './jws.js';
import { readDisclosed, splitSdJwt } from './sd-jwt.js';

declare const verified: unique symbol;

/** Something whose originator's signature, times, disclosures and schema were checked: made here only. */
export type Verified<T> = T & { readonly [verified]: true };

/** What is sealed around the sections of a notice, whoever got it. */
export interface Sealed {
  readonly jti: Jti;
  readonly id: NoticeId;
  readonly revision: number;
  readonly number: number;
  /** Seconds since the epoch. */
  readonly exp: number;
  /** SD-JWT digest: of `jwt`, hence the same whatever is disclosed. */
  readonly digest: string;
  /** The originator's JWS, without disclosures. */
  readonly jwt: string;
  readonly kid: string;
  readonly header: Header;
  /** The exact text of each disclosure: redaction slices, it never encodes again. */
  readonly disclosures: ReadonlyMap<DisclosureName, string>;
}

/** A notice as a recipient gets it: some sections, never the routing. */
export interface Delivered extends Sealed {
  readonly sections: Sections;
}

/** A notice as the router gets it. What its sections say was checked and is let go of: nothing is decided by it. */
export interface SubmittedNotice extends Sealed {
  readonly routing: Routing;
  /** Names, sorted. */
  readonly sections: readonly Section[];
}

/** Whose notice it must be, by which directory, and when. */
export interface Opening {
  readonly directory: Directory;
  readonly originator: OrgId;
  readonly now: Date;
  /** When a record first named it, if one did: a key revoked later still counts (docs/architecture.md#clock-skew). */
  readonly recorded?: Date;
}

/**
 * Opens what an originator submits. Throws as `verifyJws` does, and `oversize`, `disclosure-invalid`,
 * `routing-missing`, `schema-invalid`, `kind-unknown`, `header-mismatch`.
 */
export async function openSubmission(sdJwt: string, opening: Opening): Promise<Verified<SubmittedNotice>> {
  const { values, ...envelope } = await open(sdJwt, opening);
  if (!values.has('routing')) throw fail('routing-missing', 'a notice was submitted without its routing');
  const sections = sectionsIn(values);
  const header = envelope.claims['notice'];
  const notice = parseNotice({ header, routing: values.get('routing'), sections });
  const names = (Object.keys(sections) as Section[]).toSorted();
  return seal({ ...checked(envelope, notice.header), routing: notice.routing, sections: names });
}

/** Opens what was delivered, or parked for delivery. Throws as `openSubmission` does, `section-unexpected` for routing. */
export async function openDelivered(sdJwt: string, opening: Opening): Promise<Verified<Delivered>> {
  const { values, ...envelope } = await open(sdJwt, opening);
  if (values.has('routing')) throw fail('section-unexpected', 'a notice was delivered with its routing');
  const notice = parseReceived({ header: envelope.claims['notice'], sections: sectionsIn(values) });
  return seal({ ...checked(envelope, notice.header), sections: notice.sections });
}

/** In the order of the vocabulary: disclosures come in a random one, and an object of each order would be slow to read. */
function sectionsIn(
  values: ReadonlyMap<DisclosureName, unknown>,
): Readonly<Partial<Record<Section, unknown>>> {
  return Object.fromEntries(
    SECTIONS.filter((name) => values.has(name)).map((name) => [name, values.get(name)]),
  );
}

/** The only maker of `Verified`. */
function seal<T extends Sealed>(notice: T): Verified<T> {
  return notice as Verified<T>;
}

interface Envelope {
  readonly jwt: string;
  readonly kid: string;
  readonly claims: Claims;
  readonly texts: ReadonlyMap<DisclosureName, string>;
}

async function open(
  sdJwt: string,
  { directory, originator, ...times }: Opening,
): Promise<Envelope & { readonly values: ReadonlyMap<DisclosureName, unknown> }> {
  const { jwt, disclosures } = splitSdJwt(sdJwt);
  const { payload: claims, key } = await verifyJws(jwt, {
    typ: 'notice+sd-jwt',
    use: 'notice',
    key: directory.key,
    issuer: originator,
    audience: directory.federation,
    ...times,
  });
  return { jwt, kid: key.kid, claims, ...readDisclosed(claims, disclosures) };
}

/** The claims that JWT readers look at must say what the header says. */
function checked({ jwt, kid, claims, texts }: Envelope, header: Header): Sealed {
  const { id, revision, number } = header;
  const jti = jtiOf(id, revision);
  const exp = Date.parse(header.expiresAt) / 1000;
  const agrees =
    claims['jti'] === jti &&
    claims['iat'] === Date.parse(header.issuedAt) / 1000 &&
    claims['exp'] === exp &&
    claims['iss'] === header.originator;
  if (!agrees) throw fail('header-mismatch', 'the claims `iss`, `iat`, `exp`, `jti` differ from the header');
  return { jti, id, revision, number, exp, digest: digest(jwt), jwt, kid, header, disclosures: texts };
}
