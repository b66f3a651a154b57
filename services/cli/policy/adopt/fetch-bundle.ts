import { setTimeout as delay } from 'node:timers/promises';
import { fail, isCode } from '../../../shared/kernel/errors.js';
import type { Home } from '../../../shared/runtime/home.js';
import type { PolicyBundle } from '../../../shared/policy/adopted/bundle.js';
import { fetchArchived } from '../../../shared/policy/adopted/archived-bundle.js';
import { digest, digestOfHex } from '../../../shared/trust/digest.js';
import type { RunFile } from '../../home/run-file.js';
import { type OperatorClient, auditorClient } from '../../http-client.js';
import { readAdoptions } from './read-adoptions.js';

/**
 * Fetches from the auditor the bundle by which the routers decide; undefined when they have adopted none.
 * Throws `unreachable` when no router answers, `policies-missing` while no router has the bundle that the
 * ledger names, and the auditor's errors.
 */
export async function fetchAdopted(home: Home, run: RunFile): Promise<PolicyBundle | undefined> {
  const adoptions = [...(await readAdoptions(run)).values()].filter((one) => one !== undefined);
  if (adoptions.length === 0) throw fail('unreachable', 'no router says which policies it adopted');
  const hex = adoptions.find(({ adopted }) => adopted !== null)?.adopted ?? undefined;
  if (hex === undefined && adoptions.some(({ refused }) => refused?.code === 'policies-missing'))
    throw fail('policies-missing', 'no router has the policies that the ledger names');
  if (hex === undefined) return undefined;
  return untilArchived(auditorClient(home, run), digestOfHex(hex));
}

/** How long a router may take to put what it adopted into the archive, in milliseconds. */
const ARCHIVED_WITHIN_MS = 5_000;
const POLL_INTERVAL_MS = 200;

async function untilArchived(auditor: OperatorClient, named: string): Promise<PolicyBundle> {
  for (const end = Date.now() + ARCHIVED_WITHIN_MS; ; await delay(POLL_INTERVAL_MS)) {
    try {
      return await fetchArchived(auditor, named, digest);
    } catch (thrown) {
      if (!isCode(thrown, 'not-found') || Date.now() > end) throw thrown;
    }
  }
}
