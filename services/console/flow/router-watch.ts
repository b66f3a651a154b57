import { SILENT_AFTER_MS } from '../../shared/runtime/silent-after.js';
import { parseAlarms, type ReportedAlarm } from '../../shared/runtime/parse-alarms.js';
import type { ShownRouter } from '../shown.js';

/** How each router is, as far as it says so itself. */
export interface RouterWatch {
  state(): Promise<readonly ShownRouter[]>;
  /** What each that answers told with it, in their order. */
  alarms(): readonly (readonly ReportedAlarm[])[];
  /** What was heard last, at once: for how long no router has answered; null while one does, and where none is known. */
  silentMs(): number | null;
}

const FRESH_MS = 2_000;
/** What was heard before that is waited for again. */
const STALE_MS = 2 * SILENT_AFTER_MS;

interface Heard {
  readonly state: ShownRouter['state'];
  readonly reasons: readonly string[];
  readonly alarms: readonly ReportedAlarm[];
  /** When it was first asked in vain. */
  readonly silentSince: number | null;
}

/**
 * Asks the `/readyz` of each router when somebody looks, at most every two seconds, with the patience of `liaison status`.
 * Who does not answer holds nobody up: meanwhile what was heard before is told.
 */
export function createRouterWatch(urls: readonly string[]): RouterWatch {
  let [heard, at]: [readonly Heard[], number] = [[], 0];
  let asking: Promise<void> | undefined;
  const ask = async (): Promise<void> => {
    const before = heard;
    heard = await Promise.all(urls.map((url, index) => askOne(url, before[index])));
    at = Date.now();
    asking = undefined;
  };
  const refresh = (): void => {
    if (asking === undefined && Date.now() - at > FRESH_MS) asking = ask();
  };
  return {
    state: async () => {
      refresh();
      if (Date.now() - at > STALE_MS) await asking;
      return heard.map(({ state, reasons, silentSince }) => ({
        state,
        reasons,
        silentMs: ageOf(silentSince),
      }));
    },
    alarms: () => heard.map(({ alarms }) => alarms),
    silentMs: () => {
      refresh();
      const ages = heard.map(({ silentSince }) => ageOf(silentSince));
      const silent = ages.filter((age) => age !== null);
      return silent.length === 0 || silent.length < ages.length ? null : Math.min(...silent);
    },
  };
}

const ageOf = (since: number | null): number | null => (since === null ? null : Date.now() - since);

async function askOne(url: string, before: Heard | undefined): Promise<Heard> {
  const askedAt = Date.now();
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(SILENT_AFTER_MS) });
    const answer: unknown = await response.json();
    const { ready, reasons } = Object(answer) as Partial<Record<string, unknown>>;
    return {
      state: ready === true ? 'ready' : 'not-ready',
      reasons: Array.isArray(reasons) ? reasons.map(String) : [],
      alarms: parseAlarms(answer),
      silentSince: null,
    };
  } catch {
    return { state: 'silent', reasons: [], alarms: [], silentSince: before?.silentSince ?? askedAt };
  }
}
