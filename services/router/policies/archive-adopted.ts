import { type Code, errorFrom } from '../../shared/kernel/errors.js';
import { pause } from '../../shared/kernel/pause.js';
import type { PolicyBundle } from '../../shared/policy/adopted/bundle.js';
import type { Alarms } from '../../shared/runtime/alarms.js';
import type { PolicyArchiveClient } from './policy-archive-http.js';

interface ArchiveAdoptedDeps {
  readonly put: PolicyArchiveClient['put'];
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
/** How long after it was stored the same bundle is put again, in case the auditor lost it. */
const REPEAT_AFTER_MS = 600_000;
/**
 * Raises the alarm after this many failures in a row, and at once for a failure that does not pass by itself.
 */
const ALARM_EVERY = 15;

/** Puts each adopted bundle into the auditor's archive, until it is stored there. Resolves when the signal aborts. */
export async function archiveAdopted(deps: ArchiveAdoptedDeps): Promise<void> {
  const { put, adopted, alarms, signal, intervalMs = CHECK_INTERVAL_MS } = deps;
  let stored: { readonly digest: string; readonly until: number } | undefined;
  let failures = 0;
  let waitMs = intervalMs;
  for (; !signal.aborted; await pause(waitMs, signal)) {
    waitMs = intervalMs;
    const bundle = adopted();
    const isStored = stored?.digest === bundle?.digest && performance.now() < (stored?.until ?? 0);
    if (bundle === undefined || isStored) continue;
    const fault = await put(bundle).then(() => undefined, errorFrom);
    if (fault === undefined) {
      stored = { digest: bundle.digest, until: performance.now() + REPEAT_AFTER_MS };
      failures = 0;
      alarms.end('policies-not-archived');
    } else {
      failures += 1;
      if (!isPassing(fault.code)) waitMs = REFUSED_INTERVALS * intervalMs;
      if (failures % ALARM_EVERY === (isPassing(fault.code) ? 0 : 1))
        alarms.raise('policies-not-archived', fault);
    }
  }
}

const isPassing = (code: Code): boolean => code === 'unreachable' || code === 'busy';
