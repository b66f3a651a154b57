import { decodeBase64url, encodeBase64url } from '../../../shared/kernel/base64url.js';
import { closed } from '../../../shared/kernel/closed-schema.js';
import { fail } from '../../../shared/kernel/errors.js';
import type { OrgId } from '../../../shared/kernel/ids.js';
import { approvedLoosenings, signApproval } from '../../../shared/ledger/release/approval.js';
import {
  releaseDigest,
  signRelease,
  type VerifiedRelease,
  verifyRelease,
} from '../../../shared/ledger/release/release.js';
import { digestOfFiles, type ReleaseFiles } from '../../../shared/ledger/release/release-files.js';
import { importDirectoryKey, type KeyEntry } from '../../../shared/trust/directory-key.js';
import type { PrivateJwk } from '../../../shared/trust/jwk.js';
import { importSigner } from '../../../shared/trust/keys.js';
import type { Release } from '../../../shared/wire/frames.js';

/** The first release of an organisation as its request holds it: the statement, and the packed files in base64url. */
export interface RequestedRelease {
  readonly statement: string;
  readonly files: string;
}

/** The verified first release of an organisation. */
export interface FirstRelease extends Pick<VerifiedRelease, 'version' | 'digest' | 'files'> {
  /** The release as signed. */
  readonly wire: Release;
  /** True where both approvers signed the whole of it: else it is adopted only if it opens nothing. */
  readonly isApproved: boolean;
}

/** The most bytes of the packed first release: rules and cases of the sample policies have some 5,000. */
export const MAX_FIRST_RELEASE_BYTES = 32_768;
const MAX_FILES_LENGTH = Math.ceil((MAX_FIRST_RELEASE_BYTES * 4) / 3);
const FIRST = { version: 1, previous: null } as const;

/** The JSON schema of a `RequestedRelease`. */
export const REQUESTED_RELEASE = closed({
  statement: {
    type: 'string',
    pattern: '^[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+$',
    maxLength: 1_024,
  },
  files: { type: 'string', pattern: '^[A-Za-z0-9_-]+$', maxLength: MAX_FILES_LENGTH },
});

interface SignFirstParams {
  readonly org: OrgId;
  readonly federation: string;
  readonly files: ReleaseFiles;
  /** The key of use `policy`, and those of the approvers, who sign the whole release. */
  readonly policyKey: PrivateJwk;
  readonly approverKeys: readonly PrivateJwk[];
  readonly now: Date;
}

/** Signs the first release of an organisation for its request. Throws as `packRelease` does, and `oversize` for a large one. */
export async function signFirstRelease(params: SignFirstParams): Promise<RequestedRelease> {
  const { org, federation, files, policyKey, approverKeys, now } = params;
  const release = releaseDigest({ federation, org, ...FIRST, content: digestOfFiles(files) });
  const content = { release, previous: FIRST.previous, loosenings: null };
  const approvals = await Promise.all(
    approverKeys.map(async (key) =>
      signApproval(content, { signer: await importSigner(key), federation, now }),
    ),
  );
  const signer = await importSigner(policyKey);
  const wire = await signRelease({ files, approvals, ...FIRST }, { signer, federation, now });
  if (wire.files.length > MAX_FIRST_RELEASE_BYTES)
    throw fail(
      'oversize',
      `the rules have ${wire.files.length} bytes when packed, and a request holds at most ${MAX_FIRST_RELEASE_BYTES}`,
    );
  return { statement: wire.statement, files: encodeBase64url(wire.files) };
}

interface OpenFirstParams {
  readonly org: OrgId;
  readonly federation: string;
  /** The keys of the organisation, as the directory would list them. */
  readonly keys: readonly KeyEntry[];
  /** When the request was signed. */
  readonly now: Date;
}

/**
 * Verifies the first release of a request with the keys of the request. Throws as `verifyRelease` does, and `token-malformed` for
 * a release that is not the first.
 */
export async function openFirstRelease(
  { statement, files }: RequestedRelease,
  { org, federation, keys, now }: OpenFirstParams,
): Promise<FirstRelease> {
  const listed = await Promise.all(keys.map((entry) => importDirectoryKey(entry, org)));
  const key = (kid: string) => listed.find((one) => one.kid === kid);
  const [reading, wire] = [
    { directory: { federation, key }, now },
    { statement, files: decodeBase64url(files) },
  ];
  const release = await verifyRelease(wire, { ...reading, org });
  if (release.version !== FIRST.version || release.previous !== FIRST.previous)
    throw fail('token-malformed', 'the release of a request is not the first of its organisation');
  const { loosenings } = await approvedLoosenings(release, reading);
  const { version, digest } = release;
  return { version, digest, files: release.files, wire, isApproved: loosenings === null };
}
