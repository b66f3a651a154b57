import type { Home } from '../../shared/runtime/home.js';
import type { ShownUndestroyed, ShownUndestroyedCount } from '../../shared/wire/shown-undestroyed.js';
import { findRunning } from '../home/run-file.js';
import { auditorClient } from '../http-client.js';

/**
 * Reads from the auditor what a member has not signed to have destroyed, and what others have not of its notices; null while the hub
 * does not run. Throws as a call of `auditorClient` does.
 */
export async function readUndestroyed(home: Home, id: string): Promise<ShownUndestroyed | null> {
  const run = findRunning(home);
  if (run === undefined) return null;
  const path = `/v1/undestroyed?viewer=federation&member=${encodeURIComponent(id)}`;
  return (await auditorClient(home, run).get(path)) as ShownUndestroyed;
}

/** Formats both counts as rows of a table: what the member holds, and what others hold of it. */
export function undestroyedRows({ holds, heldByOthers }: ShownUndestroyed): readonly [string, string][] {
  return [
    ['not destroyed', countsText(holds)],
    ['of its notices', countsText(heldByOthers)],
  ];
}

function countsText(counts: readonly ShownUndestroyedCount[]): string {
  const lines = counts.map(({ org, notices, asked }) => `${org} ${notices} (${asked} taken back)`);
  return lines.join('; ') || 'nothing';
}

/** Returns how many notices are counted. */
export function undestroyedTotal(counts: readonly ShownUndestroyedCount[]): number {
  return counts.reduce((sum, { notices }) => sum + notices, 0);
}
