import { type Code, errorFrom } from '../../shared/kernel/errors.js';
import { pause } from '../../shared/kernel/pause.js';
import type { PolicyBundle } from '../../shared/policy/adopted/bundle.js';
import type { Alarms } from '../../shared/runtime/alarms.js';
import type { PolicyArchiveClient } from './policy-archive-http.js';

interface ArchiveAdoptedDeps {
  readonly put: PolicyArchiveClient['put'];
  /** The bundle in force; undefined while there is none. */
  readonly adopted: () => PolicyBundle | undefined;
  readonly alarms: Pick<Alarms, 'raise' | 'end'>;
  /** Ends the loop. */
  readonly signal: AbortSignal;
  /** How long to wait after a look, and after a failure, in milliseconds. */
  readonly lookMs?: number;
}

const LOOK_MS = 1_000;
/** How often the same bundle is put again, in case the auditor lost it. */
const AGAIN_MS = 600_000;
/** How many failures in a row raise the alarm again. The first one does for a fault that does not pass by itself. */
const ALARM_EVERY = 15;

/** Puts each adopted bundle into the auditor's archive, until it is stored there. Resolves when the signal aborts. */
export async function archiveAdopted(deps: ArchiveAdoptedDeps): Promise<void> {
  const { put, adopted, alarms, signal, lookMs = LOOK_MS } = deps;
  let stored: { readonly digest: string; readonly until: number } | undefined;
  let failures = 0;
  for (; !signal.aborted; await pause(lookMs, signal)) {
    const bundle = adopted();
    const isStored = stored?.digest === bundle?.digest && performance.now() < (stored?.until ?? 0);
    if (bundle === undefined || isStored) continue;
    const fault = await put(bundle).then(() => undefined, errorFrom);
    if (fault === undefined) {
      stored = { digest: bundle.digest, until: performance.now() + AGAIN_MS };
      failures = 0;
      alarms.end('policies-not-archived');
    } else {
      failures += 1;
      if (failures % ALARM_EVERY === (isPassing(fault.code) ? 0 : 1))
        alarms.raise('policies-not-archived', fault);
    }
  }
}

const isPassing = (code: Code): boolean => code === 'unreachable' || code === 'busy';
