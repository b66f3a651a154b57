import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { OrgId } from '../../../services/shared/kernel/ids.js';
import type { Draft } from '../../../services/shared/notice/draft.js';
import { mostReportBytes, roomForReport } from '../../../services/shared/ledger/report-size.js';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import type { Federation } from '../../../services/cli/up/federation.js';
import type { Call } from '../../../services/cli/verb.js';
import { readDirectory } from '../../../services/shared/trust/read-directory.js';
import { type InventedMembers, inventMembers } from '../../../services/cli/init/invented-members.js';
import { inOwnFederation } from '../own-federation.js';
import { prepare } from '../prepare.js';
import { draftsTo } from './drafts-to.js';
import { measureRouted, type RoutedRow } from './routed-row.js';
import { usageOf } from '../usage.js';

export interface MembersRow extends RoutedRow {
  readonly organisations: number;
  /** Share of one core that the router uses without traffic. */
  readonly idleRouterPercent: number;
  /** The router's CPU time per notice, divided by that of the first row. */
  readonly ratio: number;
}

export interface Growing {
  readonly call: Pick<Call<unknown>, 'env' | 'output' | 'stopping'>;
  readonly notices: number;
  readonly say: (words: string) => void;
}

/** Milliseconds to wait after a start until start-up work is finished. */
const SETTLED_MS = 4_000;
const IDLE_MS = 5_000;
/**
 * The minimum number of full frames per member, so that federations of all sizes send frames of equal size.
 */
const FULL_FRAMES = 2;

/**
 * Measures the router of federations made of copies of the shipped one, each copy with rules about its own members. Instead
 * of gateways, this process sends full frames for every member.
 */
export async function growRouted(
  growing: Growing,
  { counts, frame }: { readonly counts: readonly number[]; readonly frame?: number | undefined },
): Promise<readonly MembersRow[]> {
  const rows: Omit<MembersRow, 'ratio'>[] = [];
  for (const count of counts) rows.push(await measureMembers(growing, count, frame));
  const first = rows[0]?.cpuPerNoticeMicros ?? 0;
  return rows.map((row) => ({ ...row, ratio: row.cpuPerNoticeMicros / first }));
}

async function measureMembers(
  { call, notices, say }: Growing,
  count: number,
  wanted: number | undefined,
): Promise<Omit<MembersRow, 'ratio'>> {
  const folder = mkdtempSync(join(tmpdir(), 'liaison-bench-'));
  try {
    const members = inventMembers(join(projectRoot, 'policies'), count);
    members.write(folder);
    const frame = wanted ?? largestFrame(members);
    const env = { ...call.env, LIAISON_POLICIES: folder };
    const measure = async (federation: Federation): Promise<Omit<MembersRow, 'ratio'>> => {
      const { home, pid } = federation;
      const directory = await readDirectory(home);
      say(`${count} organisations, frames of at most ${frame}`);
      const idleRouterPercent = await idleOf(pid('router'));
      const each = Math.max(Math.ceil(notices / count), FULL_FRAMES * frame);
      const draftsOf = (org: OrgId): readonly Draft[] => draftsTo(members, org);
      const prepared = await prepare(home, directory, { count: each, draftsOf });
      const load = { federation: directory.federation, prepared, largest: frame, say };
      const row = await measureRouted(federation, load);
      return { organisations: count, idleRouterPercent, ...row };
    };
    return await inOwnFederation({ ...call, env }, measure, {
      without: ['gateways', 'console'],
      facts: members.facts,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const LARGEST_FRAME = 64;

/**
 * Returns the largest frame a gateway sends, so that the report on it fits into a message (docs/adr/0006).
 */
function largestFrame({ neighbours }: InventedMembers): number {
  const addressed = Math.max(...[...neighbours.values()].map((others) => others.length));
  const members = [...neighbours.keys()];
  return Math.min(LARGEST_FRAME, Math.floor(roomForReport(members) / mostReportBytes(addressed, members)));
}

async function idleOf(pid: number | undefined): Promise<number> {
  await delay(SETTLED_MS);
  const before = usageOf(pid).cpu;
  await delay(IDLE_MS);
  return ((usageOf(pid).cpu - before) * 100_000) / IDLE_MS;
}
