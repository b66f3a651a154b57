import type { ShownFlow } from './shown.js';

/** Whether the auditor keeps the ledger, in its own codes. */
export interface LedgerWatch {
  state(): Promise<ShownFlow['ledger']>;
}

const ANSWER_MS = 2_000;
const FRESH_MS = 2_000;

/** Asks the auditor's `/readyz` when somebody looks, at most every two seconds; silence is `auditor-silent`. */
export function createLedgerWatch(url: string): LedgerWatch {
  let asked: { readonly at: number; readonly answer: Promise<ShownFlow['ledger']> } | undefined;
  return {
    state: () => {
      if (asked === undefined || Date.now() - asked.at > FRESH_MS)
        asked = { at: Date.now(), answer: ask(`${url}/readyz`) };
      return asked.answer;
    },
  };
}

async function ask(url: string): Promise<ShownFlow['ledger']> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS) });
    const { ready, reasons } = Object(await response.json()) as Partial<ShownFlow['ledger']>;
    return { ready: ready === true, reasons: Array.isArray(reasons) ? reasons.map(String) : [] };
  } catch {
    return { ready: false, reasons: ['auditor-silent'] };
  }
}
