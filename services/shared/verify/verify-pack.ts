import { fail } from '../kernel/errors.js';
import type { OrgId } from '../kernel/ids.js';
import { openShownDirectory, type ShownDirectory } from '../trust/directory/shown-directory.js';
import type { Directory } from '../trust/directory.js';
import type { PublicJwk } from '../trust/jwk.js';
import type { WitnessPolicy } from '../tlog/witness-policy.js';
import { type Claim, type ClaimList, createClaimList } from './claims.js';
import type { Pack } from './pack.js';
import { verifyActions, verifyChanges } from './verify-actions.js';
import { claimDisclosed } from './verify-disclosed.js';
import { type VerifiedBefore, verifyDeliveries } from './verify-deliveries.js';
import { type ReadNotice, verifyNotices } from './verify-notices.js';
import { type ReadReport, type Verifying, verifyRecords } from './verify-records.js';

/** What a file of evidence is verified against: the federation root's public key and the time. */
export interface EvidenceContext {
  readonly root: PublicJwk;
  readonly now: Date;
  /** A later version of the directory, whose dates of keys count. Absent: revocations since the shown one are unknown. */
  readonly directory?: Directory;
  /** True: a record without a proof that it is on the log does not hold. */
  readonly requireLog?: boolean;
  /** The witness policy that the verifier pinned; absent: the signature of the log itself counts. */
  readonly witnesses?: WitnessPolicy;
}

/** Verifies a pack with nothing but the root's key. Resolves with a line for each claim, also for what does not hold. */
export async function verifyPack(pack: Pack, context: EvidenceContext): Promise<readonly Claim[]> {
  const { now, requireLog = false, witnesses } = context;
  const claims = createClaimList();
  const directory = await verifyDirectory(claims, pack.directory, context);
  if (directory === undefined) return claims.lines;
  const verifying: Verifying = { pack, directory, now, claims, requireLog, witnesses };
  await claimMembers(verifying);
  const records = await verifyRecords(verifying);
  const notices = await verifyNotices(verifying, records);
  const verbs = await verifyActions(verifying, records);
  await claimCopies(verifying, records, notices);
  await claimDisclosed(verifying, records, notices);
  await verifyDeliveries(verifying, { records, notices, verbs });
  await verifyChanges(verifying);
  await claimSubject(verifying, { records, notices, verbs });
  return claims.lines;
}

/** Adds a line for each organisation of the pack that the directory does not list. */
async function claimMembers({ pack, directory, claims }: Verifying): Promise<void> {
  const { originator, recipient } = pack;
  const listed = (['deliveries', 'changes', 'recalls'] as const).flatMap((name) =>
    pack[name].map((one, at) => [`${name}[${at}].recipient`, one.recipient] as const),
  );
  const named = [['originator', originator], ['recipient', recipient], ...listed] as const;
  for (const [where, org] of named) {
    if (org === null || directory.organisations.has(org)) continue;
    await claims.check({ claim: 'directory', where, says: `${org} is a member of the federation` }, () => {
      throw fail('organisation-unknown', 'the directory of the pack does not list it');
    });
  }
}

/** Requires something signed in the pack to name its notice. */
async function claimSubject({ pack, claims }: Verifying, before: VerifiedBefore): Promise<void> {
  const { records, notices, verbs } = before;
  const says = `the pack is about ${pack.notice} of ${pack.originator}`;
  await claims.check({ claim: 'notice', where: 'notice', says }, () => {
    const isSigned = notices.some(({ copy }) => copy !== undefined) || verbs.size > 0;
    if (isSigned || records.some(({ isAboutNotice }) => isAboutNotice)) return;
    throw fail('digest-mismatch', 'nothing that was signed names this notice');
  });
}

/** Says who signed a version of the directory. */
export function signedVersionText({ federation, version, base, signedBy }: Directory): string {
  const signed = `the root signed version ${base.version} of the directory of ${federation}`;
  return version === base.version ? signed : `${signed}, and ${signedBy} amended it to version ${version}`;
}

/**
 * Verifies the shown parts of the directory. Undefined if they do not hold; then nothing else can be verified. Keys have the
 * dates of the later version; without a later version, adds a line that revocations since are not known.
 */
export async function verifyDirectory(
  claims: ClaimList,
  shown: ShownDirectory,
  { root, directory: later }: EvidenceContext,
): Promise<Directory | undefined> {
  const says = (one: Directory | undefined): string =>
    one === undefined
      ? 'the root signed this directory'
      : `${signedVersionText(one)} at ${one.issuedAt.toISOString()}`;
  const about = { claim: 'directory', where: 'directory' } as const;
  const directory = await claims.check({ ...about, says }, () => openShownDirectory(shown, root));
  if (directory === undefined) return undefined;
  if (later === undefined) {
    const detail = 'a later version may revoke them (`--directory`)';
    claims.unproved({ ...about, says: `no key was revoked after version ${directory.version}`, detail });
    return directory;
  }
  return claims.check({ ...about, says: `keys have the dates of version ${later.version}` }, () => {
    if (later.federation === directory.federation && later.version >= directory.version)
      return { ...directory, key: later.key };
    throw fail('directory-older', 'the directory to verify with is of another federation, or older');
  });
}

/** Requires a copy in a pack about one recipient to hold no section that this recipient was not given. */
async function claimCopies(
  { pack: { recipient, actions }, claims }: Verifying,
  records: readonly ReadReport[],
  notices: readonly ReadNotice[],
): Promise<void> {
  if (recipient === null) return;
  const unsealed = actions.flatMap(({ leaf }) => (leaf === null ? [] : unsealedIn(leaf.part)));
  for (const { where, jti, copy } of notices) {
    if (copy === undefined) continue;
    const later = unsealed.filter(({ digest }) => digest === copy.digest).map(({ section }) => section);
    const given = new Set<string>([...later, ...givenBy(records, recipient, jti)]);
    const says = `the copy of ${jti} has no section that ${recipient} was not given`;
    await claims.check({ claim: 'copy', where, says }, () => {
      const more = [...copy.disclosures.keys()].filter((name) => !given.has(name));
      if (more.length > 0)
        throw fail('section-unexpected', `sections that were not given: ${more.join(', ')}`);
    });
  }
}

function givenBy(records: readonly ReadReport[], recipient: OrgId, jti: string): readonly string[] {
  const parts = records.flatMap(({ ownOf }) => ownOf(recipient));
  return parts.flatMap((part) => (part.type === 'share' && part.jti === jti ? part.sections : []));
}

/** What a leaf unseals: a section of the revision with this digest. */
interface Unsealed {
  readonly section: string;
  readonly digest: string;
}

/** Reads the leaf of an unseal. It was verified before, or the action is refused by another line. */
function unsealedIn(part: string): readonly Unsealed[] {
  try {
    const leaf = JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Partial<Unsealed>;
    const { section, digest } = leaf;
    return section === undefined || digest === undefined ? [] : [{ section, digest }];
  } catch {
    return [];
  }
}
