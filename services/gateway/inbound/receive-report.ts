import { fail } from '../../shared/kernel/errors.js';
import type { FrameId, Jti, OrgId } from '../../shared/kernel/ids.js';
import { type Report, verifyReport } from '../../shared/ledger/record.js';
import type { SharePart } from '../../shared/ledger/record-own-parts.js';
import type { FramedNotice } from '../../shared/store/gateway/gateway-frames.js';
import type { NewPromise } from '../../shared/store/gateway/answers/received.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { hexDigest } from '../../shared/trust/digest.js';
import { frames } from '../../shared/wire/frames.js';
import type { ClockWatch } from '../clock-watch.js';
import type { Identity } from '../identity.js';
import { ownJti, type PromisedFrom, promisesBy } from './promises.js';
import { storeReportedItems } from './reported-items.js';
import { promisedFrom, readStoredReport } from './stored-report.js';

interface ReportDeps {
  readonly identity: Identity;
  readonly store: GatewayStore;
  readonly clockWatch: Pick<ClockWatch, 'heard'>;
  /** The router reported on this frame and refused these of its notices. */
  readonly onReport: (frame: number, refused: ReportedNotices['refused']) => void;
  /** The hub signed, for the sections that a recipient gets of an own notice, the digest of others. */
  readonly onMisreport: (about: {
    readonly frame: FrameId;
    readonly recipient: OrgId;
    readonly jti: Jti;
  }) => void;
  /** Notices may have left the outbox. */
  readonly onSettled: () => void;
}

/**
 * Creates the receiver of `in.report.<frame>`: a routing report on an own frame, or a narrowing, which is
 * named by the digest of its bytes. Stores it with the promises that it leads to. Throws as `verifyReport`
 * does, `frame-id-mismatch` for another name, and `record-foreign` for a frame that is not this gateway's.
 */
export function createReceiveReport(deps: ReportDeps) {
  const { identity, store, clockWatch, onReport, onMisreport, onSettled } = deps;
  return async (name: FrameId, record: Uint8Array): Promise<void> => {
    const reading = { directory: identity.directory.current(), org: identity.org, now: identity.clock() };
    const report = await verifyReport(frames.record.decode(record), reading);
    clockWatch.heard(report.issuedAt);
    const narrowing = report.reason === 'narrowing';
    const named = narrowing ? hexDigest(record) : report.frame;
    if (named !== name) throw fail('frame-id-mismatch', 'a report under the name of another frame');
    const own = store.frames.byId(report.frame);
    if (own === undefined) throw fail('record-foreign', 'a report on an unknown frame');
    const frame = own.number;
    const reported = readReport(report, own.notices);
    const { isNew, promises, misreport } = judgeReport(store, report, own);
    const { digest } = report;
    await store.commit(() => {
      if (narrowing)
        store.settlement.narrowed({ id: name, frame, record, digest, removed: reported.removed, promises });
      else store.settlement.routed({ frame, record, digest, ...reported, promises });
      if (isNew) storeReportedItems(store, report, own);
      store.logProofs.expect({ digest, frame, delivery: null, at: reading.now.getTime() });
    });
    if (misreport) onMisreport({ frame: report.frame, recipient: misreport.to, jti: misreport.jti });
    if (!narrowing) onReport(frame, reported.refused);
    onSettled();
  };
}

interface JudgedReport {
  /** False for a report that is stored already. */
  readonly isNew: boolean;
  readonly promises: readonly NewPromise[];
  readonly misreport?: SharePart | undefined;
}

/**
 * Returns the promises that a report leads to, and the first of its shares that contradicts an own notice; neither for a
 * report that is stored already.
 */
function judgeReport(
  store: GatewayStore,
  report: Report,
  { number, notices }: { readonly number: number; readonly notices: readonly FramedNotice[] },
): JudgedReport {
  const stored = store.settlement.recordsOn(number);
  if (stored.some(({ digest }) => digest === report.digest)) return { isNew: false, promises: [] };
  const earlier = stored.map(({ bytes }) => readStoredReport(bytes));
  const from = promisedFrom(store, notices);
  return {
    isNew: true,
    promises: promisesBy({ earlier, report }, from),
    misreport: misreportIn(report, from),
  };
}

/**
 * Finds a share whose digest is not that of the sections that it names. Its recipient refuses every delivery under it, and only
 * the originator has the text that shows why.
 */
function misreportIn({ shares }: Report, { notices, disclosedOf }: PromisedFrom): SharePart | undefined {
  const byJti = new Map(notices.map((notice) => [ownJti(notice), notice]));
  return shares.find(({ jti, digest, sections, disclosed }) => {
    const own = byJti.get(jti);
    const found = own?.digest === digest ? disclosedOf(own.seq, sections) : undefined;
    return found !== undefined && found !== disclosed;
  });
}

interface ReportedNotices {
  readonly promised: readonly { readonly own: number; readonly orgs: readonly string[] }[];
  readonly removed: readonly { readonly own: number; readonly org: string }[];
  readonly refused: readonly { readonly own: number; readonly code: string }[];
}

/**
 * A decision counts for the notice with the same jti **and** digest, a refusal for the one with its digest, never by
 * position (docs/architecture.md#rule-2).
 */
function readReport(report: Report, notices: readonly FramedNotice[]): ReportedNotices {
  const { notices: parts, decisions, refusals } = report;
  const byKey = new Map(notices.map((notice) => [`${notice.id}.${notice.number} ${notice.digest}`, notice]));
  const byJti = new Map<string, FramedNotice>();
  for (const { jti, digest } of parts) {
    const notice = byKey.get(`${jti} ${digest}`);
    if (notice) byJti.set(jti, notice);
  }
  const promised = new Map<number, string[]>([...byJti.values()].map(({ seq }) => [seq, []]));
  const removed: { own: number; org: string }[] = [];
  for (const { jti, to, outcome } of decisions) {
    const notice = byJti.get(jti);
    if (notice === undefined) continue;
    if (outcome === 'denied') removed.push({ own: notice.seq, org: to });
    else promised.get(notice.seq)?.push(to);
  }
  return {
    promised: [...promised].map(([own, orgs]) => ({ own, orgs })),
    removed,
    refused: refusals.flatMap(({ digest, code }) => {
      const notice = notices.find((own) => own.digest === digest);
      return notice ? [{ own: notice.seq, code }] : [];
    }),
  };
}
