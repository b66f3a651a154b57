import { errorFrom, fail, isCode } from '../../../shared/kernel/errors.js';
import { type AdoptedPolicies, readAdopted } from '../../../shared/policy/adopted/adopted-file.js';
import { fetchArchived } from '../../../shared/policy/adopted/archived-bundle.js';
import type { PolicyBundle } from '../../../shared/policy/adopted/bundle.js';
import type { Home } from '../../../shared/runtime/home.js';
import { digest, digestOfHex, hexOfDigest, isDigest } from '../../../shared/trust/digest.js';
import { findRunning, type RunFile } from '../../home/run-file.js';
import { auditorClient } from '../../http-client.js';
import { fetchAdopted } from '../adopt/fetch-bundle.js';
import { counted } from '../../../shared/wire/counted.js';

/** `adopted~2`: the policies that were adopted two changes before. */
const EARLIER = /^adopted~([1-9]\d?)$/;

/** The policies by which the routers of a hub decide. */
interface AdoptedNow {
  readonly bundle: PolicyBundle;
  /** Says why they come from a disk although the hub runs, and when they were adopted. */
  readonly note?: string;
}

/**
 * Returns the policies by which the routers of a hub decide: from the auditor while the hub runs, else from the disk of its first
 * router, also where no router or the auditor answers. Throws `policies-missing` before any were adopted, and as `fetchAdopted` does.
 */
export async function adoptedNow(home: Home): Promise<AdoptedNow> {
  const run = findRunning(home);
  if (run !== undefined) return adoptedWhileRunning(home, run);
  return { bundle: requireAdopted(keptHere(home)?.bundle) };
}

async function adoptedWhileRunning(home: Home, run: RunFile): Promise<AdoptedNow> {
  try {
    return { bundle: requireAdopted(await fetchAdopted(home, run)) };
  } catch (thrown) {
    const kept = hasNoAnswer(thrown) ? keptHere(home) : undefined;
    if (kept === undefined) throw thrown;
    const { bundle, at } = kept;
    const which = `${hexOfDigest(bundle.digest).slice(0, 12)}, adopted ${new Date(at).toISOString()}`;
    const note = `${errorFrom(thrown).message}: the rules are those on the disk of the first router (${which})`;
    return { bundle, note };
  }
}

const hasNoAnswer = (thrown: unknown): boolean => isCode(thrown, 'unreachable', 'timed-out');

function requireAdopted(bundle: PolicyBundle | undefined): PolicyBundle {
  if (bundle !== undefined) return bundle;
  throw fail('policies-missing', 'the routers have adopted no policies yet');
}

/**
 * Returns policies that the routers of a hub adopted before: by `adopted~<n>`, the n-th before those that decide, or by a whole digest.
 * Undefined for a name of another form. Throws `not-found` for policies that are not known here, and the auditor's errors.
 */
export async function findAdopted(home: Home, name: string): Promise<PolicyBundle | undefined> {
  const [, back] = EARLIER.exec(name) ?? [];
  const named = back === undefined ? digestIn(name) : earlierDigest(home, Number(back));
  return named === undefined ? undefined : bundleOf(home, named);
}

/** Returns a digest in base64url from 64 hex digits, as `status --json` prints it, or from base64url, as records name it. */
function digestIn(name: string): string | undefined {
  if (isDigest(name)) return name;
  return /^[0-9a-f]{64}$/.test(name) ? digestOfHex(name) : undefined;
}

/** What the first router of the home keeps on the disk; undefined before it adopted anything. */
const keptHere = (home: Home): AdoptedPolicies | undefined =>
  readAdopted(home.router(1, 'policies.adopted'), digest);

function earlierDigest(home: Home, back: number): string {
  const kept = keptHere(home);
  const found = [kept?.previous, ...(kept?.earlier ?? [])][back - 1];
  if (typeof found === 'string') return found;
  throw fail(
    'not-found',
    `\`${home.root}\` does not know which policies were adopted ${counted(back, 'change')} ago`,
  );
}

async function bundleOf(home: Home, named: string): Promise<PolicyBundle> {
  const run = findRunning(home);
  try {
    if (run !== undefined) return await fetchArchived(auditorClient(home, run), named, digest);
    throw fail('unreachable', 'the auditor, which keeps earlier policies, does not run');
  } catch (thrown) {
    const { bundle } = (hasNoAnswer(thrown) ? keptHere(home) : undefined) ?? {};
    if (bundle?.digest === named) return bundle;
    throw thrown;
  }
}
