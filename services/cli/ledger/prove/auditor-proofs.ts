import { fail } from '../../../shared/kernel/errors.js';
import { statementIn } from '../../../shared/verify/ledger-export/record-line.js';
import type { OperatorClient } from '../../http-client.js';
import { auditorSource, parseListedRecord } from '../export/export-source.js';
import type { ProofSource } from './proof-source.js';

/** Creates the source of proofs from a running auditor. */
export function auditorProofs(auditor: OperatorClient, stopping: AbortSignal): ProofSource {
  const { checkpoint, tile } = auditorSource(auditor, stopping);
  return {
    checkpoint,
    tile,
    statement: async (record) => statementOfAnswer(await auditor.bytes(`/v1/records/${record}`)),
    routingOf: async (notice) => {
      const answer = await auditor.get(`/v1/decisions?viewer=federation&id=${notice}`);
      const { records } = answer as { readonly records: readonly SeenRecord[] };
      const newest = records.findLast(({ type }) => type === 'routing');
      if (newest === undefined) throw fail('not-found', 'no routing report is about this notice');
      return statementOfAnswer(await auditor.bytes(`/v1/records?from=${newest.number}&limit=1`));
    },
    indexOf: async (record) => {
      const answer = await auditor.get(`/v1/log/indexes?records=${record}`);
      const [index] = (answer as { readonly indexes: readonly (number | null)[] }).indexes;
      return index ?? undefined;
    },
  };
}

interface SeenRecord {
  readonly type: string;
  readonly number: number;
}

/** Reads an answer of one record. */
function statementOfAnswer(answer: Uint8Array): string {
  return statementIn(parseListedRecord(answer).record).statement;
}
