import type { NoticePart } from '../../shared/ledger/record-parts.js';
import type { SeenDecision, SeenOutcome, SeenReceipt, SeenRecord, SeenReport } from './ledger-records.js';

/** One revision of one originator's notice, folded from its records. */
export interface Revision {
  readonly jti: string;
  readonly originator: string;
  readonly notice: NoticePart | undefined;
  /** The code of a refusal. */
  readonly refused: string | undefined;
  /** In the order of the first report. */
  readonly recipients: readonly RecipientHistory[];
  readonly records: readonly SeenRecord[];
}

/** The records about one recipient of a revision. */
export interface RecipientHistory {
  readonly org: string;
  /** Every decision about it; the last one counts. */
  readonly decided: readonly Decided[];
  readonly receipts: readonly Receipt[];
}

interface Decided {
  readonly report: SeenReport;
  readonly part: SeenDecision;
}

interface Receipt {
  readonly record: SeenReceipt;
  readonly part: SeenOutcome;
}

/**
 * Groups records by originator and revision, newest revision first. The originator is needed, as ids are
 * unique only among the notices of one originator.
 */
export function foldDecision(records: readonly SeenRecord[]): readonly Revision[] {
  const names = new Map(
    records.flatMap(({ originator, parts }) =>
      parts.flatMap((part) =>
        'jti' in part ? [[`${originator}/${part.jti}`, { originator, jti: String(part.jti) }] as const] : [],
      ),
    ),
  );
  return [...names.values()]
    .toSorted((a, b) => byName(a.originator, b.originator) || numberIn(b.jti) - numberIn(a.jti))
    .map(({ originator, jti }) => fold(originator, jti, records));
}

const byName = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

function isAbout(part: SeenRecord['parts'][number], jti: string): boolean {
  return 'jti' in part && part.jti === jti;
}

/** The number in a `jti`, `<id>.<number>`. */
export function numberIn(jti: string): number {
  return Number(jti.split('.')[1]);
}

function fold(originator: string, jti: string, all: readonly SeenRecord[]): Revision {
  const records = all.filter(
    (record) => record.originator === originator && record.parts.some((part) => isAbout(part, jti)),
  );
  const reports = records.filter((record) => record.type !== 'receipt');
  const reportParts = reports.flatMap((report) =>
    report.parts.filter((part) => isAbout(part, jti)).map((part) => ({ report, part })),
  );
  const decided = reportParts.flatMap(({ report, part }) =>
    part.type === 'decision' ? [{ report, part }] : [],
  );
  const receipts = records
    .filter((record) => record.type === 'receipt')
    .flatMap((record) =>
      record.parts.flatMap((part) => (part.type !== 'answer' && part.jti === jti ? [{ record, part }] : [])),
    );
  const orgs = new Set<string>([
    ...decided.map(({ part }) => part.to),
    ...receipts.map(({ part }) => part.from),
  ]);
  return {
    jti,
    originator,
    notice: reportParts.map(({ part }) => part).find((part) => part.type === 'notice'),
    refused: reportParts.flatMap(({ part }) => (part.type === 'refusal' ? [part.code] : [])).at(-1),
    recipients: [...orgs].map((org) => ({
      org,
      decided: decided.filter(({ part }) => part.to === org),
      receipts: receipts.filter(({ part }) => part.from === org),
    })),
    records,
  };
}
