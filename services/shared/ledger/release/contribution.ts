import { seconds } from '../../kernel/clock.js';
import { fail } from '../../kernel/errors.js';
import { isJsonObject } from '../../kernel/json-object.js';
import { parseOrgId } from '../../kernel/ids.js';
import { digest } from '../../trust/digest.js';
import { signJws, verifyJws } from '../../trust/jws.js';
import type { Signer } from '../../trust/keys.js';
import { claimsIn } from '../../trust/token-claims.js';
import { parseNameClaims, releaseDigest, type ReleaseReading, type VerifiedRelease } from './release.js';
import { type Contribution, digestOfFiles, parseContribution } from './release-files.js';

/** The `typ` of its statement: no contribution is a release by itself, and no release is a contribution. */
const TYP = 'contribution+jws';

/** A contribution with what its statement says: whose release it is, and which. */
export type NamedContribution = Pick<
  VerifiedRelease,
  'org' | 'version' | 'previous' | 'digest' | 'statement' | 'files'
>;

/** Signs a contribution with its organisation's key of use `policy`. Throws as `parseContribution` does. */
export async function signContribution(
  { files, version, previous }: Pick<VerifiedRelease, 'files' | 'version' | 'previous'>,
  { signer, federation, now }: { readonly signer: Signer; readonly federation: string; readonly now: Date },
): Promise<Contribution> {
  const head = { iss: signer.owner, aud: federation, iat: seconds(now) };
  const claims = { ...head, version, previous, content: digestOfFiles(files) };
  const statement = await signJws(TYP, claims, signer);
  return parseContribution({ statement, files: Object.fromEntries(files) });
}

/**
 * Verifies a contribution: the signature by a key of use `policy` of the organisation that it names, and its files. Throws as
 * `verifyJws` and `readContribution` do.
 */
export async function verifyContribution(
  contribution: Contribution,
  { directory: { federation, key }, ...times }: Omit<ReleaseReading, 'org'>,
): Promise<NamedContribution> {
  const expected = { typ: TYP, use: 'policy', key, audience: federation, ...times } as const;
  await verifyJws(contribution.statement, expected);
  return readContribution(contribution);
}

/**
 * Reads what the statement of a contribution says; its signature is not verified. Throws `token-malformed` for other claims, and
 * `digest-mismatch` for other files than those that it names.
 */
export function readContribution({ statement, files }: Contribution): NamedContribution {
  const claims = claimsIn(statement);
  if (!isJsonObject(claims)) throw fail('token-malformed', 'a contribution has no claims');
  const { version, previous, content } = parseNameClaims(claims);
  if (content !== digestOfFiles(files))
    throw fail('digest-mismatch', 'the files of a contribution are not those that were signed');
  const [org, federation] = [parseOrgId(claims['iss']), String(claims['aud'])];
  const named = releaseDigest({ federation, org, version, previous, content });
  return { org, version, previous, digest: named, statement: digest(statement), files };
}
