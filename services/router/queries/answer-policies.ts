import { encodeBase64 } from '../../shared/kernel/base64.js';
import { fail } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import { LEDGER_OWNER } from '../../shared/ledger/command-content.js';
import {
  FILES_OF_FEDERATION,
  packRelease,
  type ReleaseFiles,
  unpackRelease,
} from '../../shared/ledger/release/release-files.js';
import type { PolicyBundle } from '../../shared/policy/adopted/bundle.js';
import type { SubmittedRelease } from '../../shared/store/router/router-releases.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import type { Claims } from '../../shared/trust/jws.js';
import { MAX_POLICIES_PART_BYTES } from '../../shared/wire/frame-limits.js';
import type { Hub } from '../hub.js';

type Releasing = Pick<Hub, 'store' | 'takesReleases' | 'adoptedPolicies'>;

/** The packed files that are in force, and the release that has them; both null for those of the hub's folder, and for none. */
interface InForce {
  readonly statement: string | null;
  readonly recordedAt: string | null;
  readonly files: Uint8Array;
}

/**
 * Answers with a part of the packed files that are in force, from the byte `from` on: those of the federation, or with `whose` = `own`
 * those of the asker's own release, which are none before its first one. Nothing in the answer depends on the rules of another member: a
 * release of the federation is packed without its contributions and its approvals, which name loosenings of other rules. Throws `usage`,
 * `not-ready`, `not-yet` where the hub's folder has the rules of all, and `oversize` for files in that folder that no release could have.
 */
export function answerPolicies(
  { whose, from }: Claims,
  { org, hub }: { readonly org: OrgId; readonly hub: Releasing },
): Claims {
  if (!hub.takesReleases) throw fail('not-yet', 'the folder of this hub has the rules of all members');
  if (!Number.isSafeInteger(from) || Number(from) < 0) throw fail('usage', '`from` is not a number of bytes');
  const { files, ...signed } = inForceOf(whose, { org, hub });
  const part = files.subarray(Number(from), Number(from) + MAX_POLICIES_PART_BYTES);
  return { type: 'policies', ...signed, size: files.length, files: encodeBase64(part) };
}

function inForceOf(whose: unknown, { org, hub }: { readonly org: OrgId; readonly hub: Releasing }): InForce {
  switch (whose) {
    case 'federation':
      return federationInForce(hub);
    case 'own': {
      const own = releaseInForce(org, hub);
      return own === undefined ? unsigned(new Uint8Array()) : signed(own, own.files);
    }
    default:
      throw fail('usage', '`whose` is neither `federation` nor `own`');
  }
}

function federationInForce(hub: Releasing): InForce {
  const release = releaseInForce(LEDGER_OWNER, hub);
  if (release !== undefined)
    return signed(
      release,
      packedOnce(hub, release.statement, () => unpackRelease(release.files, LEDGER_OWNER).files),
    );
  const adopted = adoptedBundle(hub);
  const isOfFederation = ([name]: readonly [string, string]): boolean => FILES_OF_FEDERATION.includes(name);
  return unsigned(packedOnce(hub, adopted.digest, () => new Map([...adopted.files].filter(isOfFederation))));
}

/** The files of the federation that were packed last, by the store of a router: 800 kB of them take 60 ms. */
const packedBefore = new WeakMap<RouterStore, { readonly digest: string; readonly files: Uint8Array }>();

/** Packs the files of the federation, once for each release or bundle in a row. Throws as `packRelease` does. */
function packedOnce({ store }: Releasing, digest: string, files: () => ReleaseFiles): Uint8Array {
  const before = packedBefore.get(store);
  if (before?.digest === digest) return before.files;
  const packed = packRelease({ files: files(), approvals: [] }, LEDGER_OWNER);
  packedBefore.set(store, { digest, files: packed });
  return packed;
}

function releaseInForce(
  org: OrgId,
  { store: { releases } }: Pick<Releasing, 'store'>,
): SubmittedRelease | undefined {
  const found = releases.inForceOf(org);
  if (found !== undefined || !releases.of(org).some(({ state }) => state === 'in-force')) return found;
  throw fail('not-ready', 'the bytes of the release in force are not read from the ledger yet');
}

/** Returns the policies in force, whose files of the federation were adopted from the hub's folder. */
function adoptedBundle({ store, adoptedPolicies }: Releasing): PolicyBundle {
  const adopted = adoptedPolicies();
  if (adopted !== undefined && adopted.digest === store.releases.bundle()) return adopted;
  throw fail('not-ready', 'this router has not adopted the policies that the ledger names');
}

function signed({ token, at }: SubmittedRelease, files: Uint8Array): InForce {
  return { statement: token, recordedAt: new Date(at).toISOString(), files };
}

const unsigned = (files: Uint8Array): InForce => ({ statement: null, recordedAt: null, files });
