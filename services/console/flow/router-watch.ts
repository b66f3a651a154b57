import { SILENT_AFTER_MS } from '../../shared/runtime/silent-after.js';
import { parseAlarms, type ReportedAlarm } from '../../shared/runtime/parse-alarms.js';
import { parseAdoption, type ShownAdoption } from '../../shared/wire/shown-adoption.js';
import type { ShownRouter } from '../shown.js';

/** The state of each router, from its own `/readyz`. */
export interface RouterWatch {
  state(): Promise<readonly ShownRouter[]>;
  /** The alarms of each router, in the order of the settings; empty for one that does not answer. */
  alarms(): readonly (readonly ReportedAlarm[])[];
  /**
   * The adopted policies that each router reports, in the same order; undefined for one that reports none.
   */
  adoptions(): readonly (ShownAdoption | undefined)[];
  /**
   * For how long no router has answered, in milliseconds, as of the latest requests; null while one answers,
   * or if there are no routers.
   */
  silentMs(): number | null;
}

const FRESH_MS = 2_000;
/** Answers older than this are not shown: `state` waits for new ones. */
const STALE_MS = 2 * SILENT_AFTER_MS;

interface Heard {
  readonly state: ShownRouter['state'];
  readonly reasons: readonly string[];
  readonly alarms: readonly ReportedAlarm[];
  readonly adoption: ShownAdoption | undefined;
  /** When the first request without an answer was sent. */
  readonly silentSince: number | null;
}

/**
 * Asks the `/readyz` of each router on demand, at most every two seconds, with the timeout of `liaison status`. A router that
 * does not answer delays no viewer: meanwhile its last answer is shown.
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
    adoptions: () => heard.map(({ adoption }) => adoption),
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
      adoption: parseAdoption(answer),
      silentSince: null,
    };
  } catch {
    const silentSince = before?.silentSince ?? askedAt;
    return { state: 'silent', reasons: [], alarms: [], adoption: undefined, silentSince };
  }
}
