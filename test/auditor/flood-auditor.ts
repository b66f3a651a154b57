import { setTimeout as delay } from 'node:timers/promises';
import { openArchive } from '../../services/auditor/archive.js';
import { type EntryId, parseEntryId, parseFrameId, parseOrgId } from '../../services/shared/kernel/ids.js';
import { signQuarantine } from '../../services/shared/ledger/quarantine-record.js';
import { readSecret } from '../../services/shared/trust/secret-file.js';
import { subjects } from '../../services/shared/wire/subjects.js';
import { quantileOf } from '../bench/figures.js';
import { type ServiceProcess, startService } from '../support/processes/service-process.js';
import { decisionPart, type Hub, noticePart, startHub } from './hub.js';

/** The effects of a flood on the auditor. Times in milliseconds. */
export interface AuditorFlood {
  readonly restMiB: number;
  /** Maximum memory above that at rest. */
  readonly aboveMiB: number;
  readonly pages: number;
  readonly refused: number;
  /** Latencies of other callers, which read records, their quarantine, and `/healthz`. */
  readonly others: number;
  readonly otherP50: number;
  readonly otherP90: number;
  readonly otherP99: number;
  readonly otherMost: number;
}

const EUROPOL = parseOrgId('europol');
const CALLERS = 8;
/** Each quarantined message is recorded between routing reports of this many notices. */
const NOTICES = 40;
const HEAP_MIB = 256;

/** Has eight callers request the largest page of the quarantine without a pause, and measures other callers meanwhile. */
export async function floodAuditor({ ms, entries }: { readonly ms: number; readonly entries: number }) {
  const hub = await startHub();
  try {
    await fill(hub, entries);
    const auditor = await startService('auditor', hub.broker, { heapMiB: HEAP_MIB });
    try {
      return await flood(hub, auditor, ms);
    } finally {
      await auditor.stop();
    }
  } finally {
    await hub.close();
  }
}

async function fill(hub: Hub, entries: number): Promise<void> {
  const archive = await openArchive(hub.broker.home.auditorData);
  const by = { signer: hub.signers.hub, federation: 'demo', now: new Date() };
  const about = { what: 'message', size: 12, reason: 'expired', subject: 'out.submission.x' } as const;
  for (let seq = 1; seq <= entries; seq += 1) {
    const ids = Array.from({ length: NOTICES }, (_, n) => idOf(seq * NOTICES + n));
    const parts = ids.flatMap((id) => [noticePart(1, id), decisionPart('afripol', 'redacted', id)]);
    const entry: EntryId = parseEntryId(hex(seq));
    const frame = parseFrameId(hex(seq));
    const quarantined = { org: EUROPOL, frame, entries: [{ type: 'quarantined', entry, ...about } as const] };
    const records = [await hub.report('europol', parts), (await signQuarantine(quarantined, by)).bytes];
    await archive.keep(
      records.map((bytes, at) => ({
        epoch: 'of-a-test',
        seq: 2 * seq + at - 1,
        subject: subjects.ledger(EUROPOL),
        bytes,
      })),
    );
  }
  await archive.close();
}

const hex = (n: number): string => n.toString(16).padStart(64, '0');
const idOf = (n: number): string => `01890a5d-ac96-774b-8cce-${n.toString(16).padStart(12, '0')}`;

async function flood(hub: Hub, auditor: ServiceProcess, ms: number): Promise<AuditorFlood> {
  const token = (of: 'console' | 'operator' | 'router'): string =>
    readSecret(hub.broker.home.hub(of, 'auditor.token'));
  const ask = async (path: string, by?: string): Promise<number> => {
    const headers = by === undefined ? {} : { authorization: `Bearer ${by}` };
    const response = await fetch(`${auditor.url}${path}`, { headers });
    await response.arrayBuffer();
    return response.status;
  };
  // Four for a viewer of the console and four as an operator: the maximum of concurrent requests for each.
  const floods = [
    () => ask('/v1/quarantine?viewer=europol&limit=1000', token('console')),
    () => ask('/v1/quarantine?viewer=federation&limit=1000', token('operator')),
  ];
  const others = [
    () => ask('/v1/records?from=1&limit=1', token('router')),
    () => ask('/v1/quarantine?viewer=afripol&limit=1', token('console')),
    () => ask('/healthz'),
  ];
  const rest = auditor.resident();
  const end = performance.now() + ms;
  let [pages, refused, most] = [0, 0, rest];
  const hold = async (page: () => Promise<number>): Promise<void> => {
    while (performance.now() < end) {
      if ((await page()) === 200) pages += 1;
      else refused += 1;
    }
  };
  const took: number[] = [];
  const look = async (): Promise<void> => {
    while (performance.now() < end) {
      for (const other of others) {
        const began = performance.now();
        const status = await other();
        if (status !== 200) throw new Error(`another caller was answered ${status}`);
        took.push(performance.now() - began);
      }
      most = Math.max(most, auditor.resident());
      await delay(20);
    }
  };
  const callers = Array.from({ length: CALLERS / floods.length }, () => floods.map(hold)).flat();
  await Promise.all([...callers, look()]);
  return {
    restMiB: rest,
    aboveMiB: most - rest,
    pages,
    refused,
    others: took.length,
    otherP50: quantileOf(took, 0.5),
    otherP90: quantileOf(took, 0.9),
    otherP99: quantileOf(took, 0.99),
    otherMost: quantileOf(took, 1),
  };
}
