import { monitoringAt } from '../../../services/shared/bus/monitoring.js';
import { decodeBase64url } from '../../../services/shared/kernel/base64url.js';
import { fail } from '../../../services/shared/kernel/errors.js';
import type { OrgId } from '../../../services/shared/kernel/ids.js';
import { inspectTimes } from '../../../services/shared/store/inspect-gateway.js';
import { readSecret } from '../../../services/shared/trust/secret-file.js';
import { claimsIn } from '../../../services/shared/trust/token-claims.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { gatewayName, routerName } from '../../../services/cli/home/process-names.js';
import type { Federation } from '../../../services/cli/up/federation.js';

/** Messages of OUT at one moment, counted since the start of the federation. */
export interface OutCounts {
  /** Stored in OUT by these organisations. */
  readonly stored: number;
  /** Frames of notices (offers included) and of receipts that the router handled. */
  readonly frames: number;
  readonly receipts: number;
  /** Notices counted as decided by the router. */
  readonly notices: number;
}

/** Reads the counts of messages from these organisations, from the broker's streams and the router's metrics. */
export async function readOut(federation: Federation, orgs: readonly OrgId[]): Promise<OutCounts> {
  const streams = await monitoringAt(federation.run.monitor).streams();
  const metrics = await readMetrics(federation, routerName(1));
  return {
    stored: streams
      .filter(({ account, stream }) => stream === 'OUT' && orgs.some((org) => org === account))
      .reduce((sum, { lastSeq }) => sum + lastSeq, 0),
    frames: valueOf(metrics, 'liaison_router_step_seconds_count{step="settle"}'),
    receipts: valueOf(metrics, 'liaison_router_receipt_step_seconds_count{step="settle"}'),
    notices: valueOf(metrics, 'liaison_router_notices_total'),
  };
}

/** Reads the total of messages ever stored in the streams OUT and IN of all organisations. */
export async function readStored({ run, orgs }: Federation): Promise<number> {
  const streams = await monitoringAt(run.monitor).streams();
  return streams
    .filter(({ account }) => orgs.some((org) => org === account))
    .reduce((sum, { lastSeq }) => sum + lastSeq, 0);
}

/** Number of receipts that these gateways await. */
export interface Awaited {
  readonly receipts: number;
  readonly oldestSeconds: number;
}

/** Reads the number of receipts that these gateways await and the age of the oldest; a missing metric counts as 0. */
export async function readAwaited(federation: Federation, orgs: readonly OrgId[]): Promise<Awaited> {
  const texts = await Promise.all(orgs.map((org) => readMetrics(federation, gatewayName(org))));
  return {
    receipts: texts.reduce((sum, text) => sum + valueOf(text, 'liaison_gateway_awaited_receipts'), 0),
    oldestSeconds: Math.max(...texts.map((text) => valueOf(text, 'liaison_gateway_awaited_oldest_seconds'))),
  };
}

async function readMetrics({ run }: Federation, process: string): Promise<string> {
  const response = await fetch(run.metrics?.[process] ?? '', { signal: AbortSignal.timeout(10_000) });
  return response.text();
}

/** The value of a metric by its name and labels; 0 when it is not there. */
function valueOf(text: string, name: string): number {
  const line = text.split('\n').find((each) => each.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1) ?? 0);
}

/** Routing reports on the ledger. */
export interface Recorded {
  readonly reports: number;
  /** Frames with more than one. */
  readonly twice: number;
}

/** Counts the routing reports of the auditor's file. */
export async function readRecorded({ run, home }: Federation): Promise<Recorded> {
  const token = readSecret(home.hub('router', 'auditor.token'));
  const byFrame = new Map<string, number>();
  for (let from = 1; ; ) {
    const batch = await readRecords(`${run.auditor}/v1/records?from=${from}&limit=${RECORDS}`, token);
    for (const { record } of batch) {
      const frame = routedFrame(decodeBase64url(record));
      if (frame !== undefined) byFrame.set(frame, (byFrame.get(frame) ?? 0) + 1);
    }
    const last = batch.at(-1);
    if (last === undefined) break;
    from = last.number + 1;
  }
  const counts = [...byFrame.values()];
  return {
    reports: counts.reduce((sum, count) => sum + count, 0),
    twice: counts.filter((count) => count > 1).length,
  };
}

/** Records in one answer of the auditor. */
const RECORDS = 100;

interface ArchivedLine {
  readonly number: number;
  readonly record: string;
}

async function readRecords(url: string, token: string): Promise<readonly ArchivedLine[]> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  if (!response.ok) throw fail('unreachable', `the auditor answered ${response.status}`);
  const lines = (await response.text()).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as ArchivedLine);
}

/** The organisation and the frame of a routing report; undefined for another record. */
function routedFrame(bytes: Uint8Array): string | undefined {
  const statement = frames.record.decode(bytes).statement?.statement ?? '';
  const claims = claimsIn(statement) as {
    readonly type?: string;
    readonly org?: string;
    readonly frame?: string;
  };
  return claims.type === 'routing' ? `${claims.org} ${claims.frame}` : undefined;
}

/** The notices that these gateways accepted in a period; times in milliseconds since 1970. */
export function countAccepted(
  { home }: Federation,
  orgs: readonly OrgId[],
  window: { readonly from: number; readonly to: number },
): number {
  return orgs.reduce(
    (sum, org) => sum + inspectTimes(home.org(org, 'gateway.db'), window).accepted.length,
    0,
  );
}
