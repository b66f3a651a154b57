import { type Code, errorFrom } from '../../shared/kernel/errors.js';
import { pause } from '../../shared/kernel/pause.js';
import type { PolicyBundle } from '../../shared/policy/adopted/bundle.js';
import type { Alarms } from '../../shared/runtime/alarms.js';
import type { PolicyArchiveClient } from './policy-archive-http.js';

interface ArchiveAdoptedDeps {
  readonly archive: Pick<PolicyArchiveClient, 'put' | 'has'>;
  /** Returns the adopted bundle; undefined while there is none. */
  readonly adopted: () => PolicyBundle | undefined;
  readonly alarms: Pick<Alarms, 'raise' | 'end'>;
  /** Ends the loop. */
  readonly signal: AbortSignal;
  /** How long to wait between two checks, and after a failure, in milliseconds. */
  readonly intervalMs?: number;
}

const CHECK_INTERVAL_MS = 1_000;
/** The pause after a failure that does not pass by itself, in intervals: each try packs and sends the whole bundle. */
const REFUSED_INTERVALS = 60;
/** The pause between two questions whether the auditor still has the bundle, in intervals. */
const STORED_INTERVALS = 10;
/**
 * After how many milliseconds a bundle that the auditor lost is stored again by a running router that has it: three of its
 * questions.
 */
export const ARCHIVED_AGAIN_MS = 3 * STORED_INTERVALS * CHECK_INTERVAL_MS;
/**
 * Raises the alarm after this many failures in a row, and at once for a failure that does not pass by itself.
 */
const ALARM_EVERY = 15;

/**
 * Puts each adopted bundle into the auditor's archive until it is stored there, and again if the auditor has lost it.
 * Resolves when the signal aborts.
 */
export async function archiveAdopted(deps: ArchiveAdoptedDeps): Promise<void> {
  const { archive, adopted, alarms, signal, intervalMs = CHECK_INTERVAL_MS } = deps;
  let stored: string | undefined;
  let sinceAsked = 0;
  let failures = 0;
  let waitMs = intervalMs;
  for (; !signal.aborted; await pause(waitMs, signal)) {
    waitMs = intervalMs;
    const bundle = adopted();
    const isStored = bundle !== undefined && bundle.digest === stored;
    sinceAsked = isStored ? (sinceAsked + 1) % STORED_INTERVALS : 0;
    if (bundle === undefined || (isStored && sinceAsked > 0)) continue;
    const fault = await store(archive, bundle, isStored).then(() => undefined, errorFrom);
    if (fault === undefined) {
      if (!isStored || failures > 0) alarms.end('policies-not-archived');
      stored = bundle.digest;
      failures = 0;
    } else {
      failures += 1;
      if (!isPassing(fault.code)) waitMs = REFUSED_INTERVALS * intervalMs;
      if (failures % ALARM_EVERY === (isPassing(fault.code) ? 0 : 1))
        alarms.raise('policies-not-archived', fault);
    }
  }
}

/** Puts the bundle; one that was stored before only if the archive does not have it any more. */
async function store(
  { has, put }: ArchiveAdoptedDeps['archive'],
  bundle: PolicyBundle,
  isStored: boolean,
): Promise<void> {
  if (!isStored || !(await has(bundle.digest))) await put(bundle);
}

const isPassing = (code: Code): boolean => code === 'unreachable' || code === 'busy';
