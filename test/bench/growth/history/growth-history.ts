import { measureAuditorHistory } from './auditor-history.js';
import { measureGatewayHistory } from './gateway-history.js';
import type { HistoryParams, HistoryRow, MeasureHistory } from './history-part.js';
import { measureOverheldHistory } from './overheld-history.js';
import { measureRouterHistory } from './router-history.js';

const PARTS = {
  auditor: measureAuditorHistory,
  gateway: measureGatewayHistory,
  overheld: measureOverheldHistory,
  router: measureRouterHistory,
} as const satisfies Readonly<Record<string, MeasureHistory>>;

/** A process that `bench growth --history` measures. */
export type HistoryPart = keyof typeof PARTS;

/** The processes that `bench growth --history` can measure. */
export const HISTORY_PARTS = Object.keys(PARTS) as readonly HistoryPart[];

/** Measures each process with a long history, one after the other. */
export async function growHistory(
  parts: readonly HistoryPart[],
  params: HistoryParams,
): Promise<readonly HistoryRow[]> {
  const rows: HistoryRow[] = [];
  for (const part of parts) rows.push(await PARTS[part](params));
  return rows;
}
