import type { Action } from '../../services/shared/wire/frames.js';
import { type RunningAuditor, startHub } from './hub.js';
import { tokensOf } from './hub-tokens.js';
import { unsignedRecord } from './unsigned-record.js';

/** What a record has beside its statement, and the organisation that it is about: by default interpol. */
interface Beside {
  readonly org?: string;
  readonly actions?: readonly Action[];
  readonly receipts?: readonly string[];
  readonly changes?: readonly string[];
}

/** A running auditor, into whose archive a test puts records. */
export interface AskedAuditor {
  readonly auditor: RunningAuditor;
  readonly tokens: ReturnType<typeof tokensOf>;
  /** Archives a record as a router writes it. */
  record(
    type: 'routing' | 'narrowing' | 'receipts',
    parts: readonly object[],
    beside?: Beside,
  ): Promise<void>;
  /** Asks the auditor for a path of its HTTP API. */
  get<Shown>(path: string, token: string): Promise<Asked<Shown>>;
  close(): Promise<void>;
}

interface Asked<Shown> {
  readonly status: number;
  readonly body: Shown & { readonly code?: string };
}

/** Starts a hub with an auditor that has no records. */
export async function startAskedAuditor(): Promise<AskedAuditor> {
  const hub = await startHub();
  const auditor = await hub.audit();
  let sequence = 0;
  return {
    auditor,
    tokens: tokensOf(hub),
    record: async (type, parts, { org = 'interpol', ...beside } = {}) => {
      sequence += 1;
      const { bytes } = unsignedRecord({ type, org, iat: 1_800_000_000 + sequence }, parts, beside);
      await auditor.archive.keep([{ epoch: 'first', seq: sequence, subject: `ledger.${org}`, bytes }]);
    },
    get: async <Shown>(path: string, token: string) => {
      const response = await fetch(`${auditor.url}${path}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      return { status: response.status, body: (await response.json()) as Asked<Shown>['body'] };
    },
    close: async () => {
      await auditor.stop();
      await hub.close();
    },
  };
}
