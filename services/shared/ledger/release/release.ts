import { seconds } from '../../kernel/clock.js';
import { fail } from '../../kernel/errors.js';
import { type OrgId, parseOrgId } from '../../kernel/ids.js';
import { digest, isDigest } from '../../trust/digest.js';
import type { Directory } from '../../trust/directory.js';
import { type Claims, signJws, verifyJws } from '../../trust/jws.js';
import type { Signer } from '../../trust/keys.js';
import { claimsIn } from '../../trust/token-claims.js';
import type { Release } from '../../wire/frames.js';
import { LEDGER_OWNER } from '../command-content.js';
import { digestOfFiles, packRelease, type ReleaseContent, unpackRelease } from './release-files.js';

/** What a release is, apart from its approvals and its signature: two with the same are one release. */
export interface ReleaseName {
  readonly federation: string;
  /** The organisation whose rules it has; `LEDGER_OWNER` for those of the federation. */
  readonly org: OrgId;
  /** From 1; above that of the release in force. */
  readonly version: number;
  /** Digest of the release in force, which it follows; null for the first one. */
  readonly previous: string | null;
  /** Digest of its files, by `digestOfFiles`. */
  readonly content: string;
  /** Digests of the statements that members contribute to it; none by default. */
  readonly contributions?: readonly string[];
}

/** A release whose signature by its organisation is valid. */
export interface VerifiedRelease
  extends Omit<ReleaseName, 'federation' | 'content' | 'contributions'>,
    ReleaseContent {
  /** Digest of the release, which approvals and the next release name. */
  readonly digest: string;
  /** Digest of the signed statement. */
  readonly statement: string;
  readonly issuedAt: Date;
}

/** The directory and the times by which a release is verified. */
export interface ReleaseReading {
  readonly directory: Pick<Directory, 'federation' | 'key'>;
  readonly org: OrgId;
  readonly now: Date;
  /** When the ledger recorded it: a key revoked later is still accepted. */
  readonly recorded?: Date;
}

/** Returns the digest of a release; signing it again, or approving it, does not change it. */
export function releaseDigest(name: ReleaseName): string {
  const { federation, org, version, previous, content, contributions = [] } = name;
  const own = ['release', federation, org, version, previous, content];
  return digest(JSON.stringify(contributions.length === 0 ? own : [...own, contributions.toSorted()]));
}

/** Returns the digests of the contributed statements, which the digest of a joint release includes. */
export function contributionDigests({
  contributions = [],
}: Pick<ReleaseContent, 'contributions'>): readonly string[] {
  return contributions.map(({ statement }) => digest(statement));
}

/**
 * Packs and signs a release with its organisation's key of use `policy`, or one of the federation with an operator key. Throws as
 * `packRelease` does.
 */
export async function signRelease(
  { version, previous, ...content }: ReleaseContent & Pick<ReleaseName, 'version' | 'previous'>,
  { signer, federation, now }: { readonly signer: Signer; readonly federation: string; readonly now: Date },
): Promise<Release> {
  const files = packRelease(content, parseOrgId(signer.owner));
  const claims = {
    iss: signer.owner,
    aud: federation,
    iat: seconds(now),
    version,
    previous,
    content: digestOfFiles(content.files),
    files: digest(files),
  };
  return { statement: await signJws('release+jws', claims, signer), files };
}

/**
 * Verifies a release: the signature by a key of use `policy` of this organisation, or of use `operator` of the hub for the
 * federation, then what is packed. Contributions of members are not verified. Throws as `verifyJws` and `unpackRelease` do,
 * `token-malformed` for other claims, and `digest-mismatch` for other files than those signed.
 */
export async function verifyRelease(
  { statement, files }: Release,
  reading: ReleaseReading,
): Promise<VerifiedRelease> {
  const { directory, org } = reading;
  const { packed, version, previous, content, issuedAt } = await openStatement(statement, reading);
  if (packed !== digest(files)) throw otherFiles();
  const unpacked = unpackRelease(files, org);
  if (content !== digestOfFiles(unpacked.files)) throw otherFiles();
  const name = {
    federation: directory.federation,
    org,
    version,
    previous,
    content,
    contributions: contributionDigests(unpacked),
  };
  const named = { digest: releaseDigest(name), statement: digest(statement) };
  return { org, version, previous, issuedAt, ...named, ...unpacked };
}

/**
 * Verifies the files of a release without what else is packed with them, as `verifyRelease` does; returns the signed version. Throws
 * `digest-mismatch` for other files than those signed.
 */
export async function verifyReleasedFiles(
  statement: string,
  files: ReleaseContent['files'],
  reading: ReleaseReading,
): Promise<Pick<VerifiedRelease, 'version'>> {
  const { version, content } = await openStatement(statement, reading);
  if (content !== digestOfFiles(files)) throw otherFiles();
  return { version };
}

/** Verifies the signature of a statement, and returns what it says; `packed` is the digest of the packed files. */
async function openStatement(statement: string, { directory, org, ...times }: ReleaseReading) {
  const { payload } = await verifyJws(statement, {
    typ: 'release+jws',
    use: org === LEDGER_OWNER ? 'operator' : 'policy',
    key: directory.key,
    issuer: org,
    audience: directory.federation,
    ...times,
  });
  const { files: packed, ...claims } = payload;
  return { packed, ...parseNameClaims(claims) };
}

const otherFiles = () => fail('digest-mismatch', 'the files of a release are not those that were signed');

/** Reads the claims that every statement of a release has. Throws `token-malformed` for others. */
export function parseNameClaims(
  claims: Claims,
): Pick<ReleaseName, 'version' | 'previous' | 'content'> & { readonly issuedAt: Date } {
  const { iss, aud: _aud, iat, version, previous, content, ...more } = claims;
  parseOrgId(iss);
  const isSound =
    Object.keys(more).length === 0 &&
    Number.isSafeInteger(version) &&
    (version as number) > 0 &&
    (previous === null || isDigest(previous)) &&
    isDigest(content);
  if (!isSound) throw fail('token-malformed', 'a release is not what an organisation writes');
  return {
    version: version as number,
    previous: previous as string | null,
    content: content as string,
    issuedAt: new Date(Number(iat) * 1000),
  };
}

/** Requires the files of each release to be those that its statement names; no signature is verified. Throws `digest-mismatch`. */
export function requireSignedFiles(releases: readonly Release[]): void {
  for (const { statement, files } of releases) {
    const { files: packed } = Object(claimsIn(statement)) as { readonly files?: unknown };
    if (packed !== digest(files)) throw otherFiles();
  }
}
