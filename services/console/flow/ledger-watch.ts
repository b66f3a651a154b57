import { parseAlarms, type ReportedAlarm } from '../../shared/runtime/parse-alarms.js';
import { shareAnswers } from '../share-answers.js';
import type { ShownFlow } from '../shown.js';

/** The auditor's own state: whether it stores the ledger, with codes that say why not, and its alarms. */
export interface LedgerWatch {
  state(): Promise<{ readonly ledger: ShownFlow['ledger']; readonly alarms: readonly ReportedAlarm[] }>;
}

type Answer = Awaited<ReturnType<LedgerWatch['state']>>;

const ANSWER_TIMEOUT_MS = 2_000;

/** Asks the auditor's `/readyz` on demand, at most every two seconds; without an answer its code is `auditor-silent`. */
export function createLedgerWatch(url: string): LedgerWatch {
  return { state: shareAnswers(() => ask(`${url}/readyz`)) };
}

async function ask(url: string): Promise<Answer> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    const answer: unknown = await response.json();
    const { ready, reasons } = Object(answer) as Partial<ShownFlow['ledger']>;
    const codes = Array.isArray(reasons) ? reasons.map(String) : [];
    return { ledger: { ready: ready === true, reasons: codes }, alarms: parseAlarms(answer) };
  } catch {
    return { ledger: { ready: false, reasons: ['auditor-silent'] }, alarms: [] };
  }
}
