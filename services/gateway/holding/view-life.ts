import type { OrgId } from '../../shared/kernel/ids.js';
import { termsOf } from '../../shared/notice/holding-terms.js';
import type { StoredHolding } from '../../shared/store/gateway/gateway-holdings.js';
import { readHolding } from './stored-holding.js';

/** The states of a notice of another organisation at its holder. */
export const HELD_STATES = ['held', 'suspended', 'kept', 'ended', 'not-held'] as const;

/** Shows the life of a notice of another organisation, without its content; undefined when nothing is known of it. */
export function viewLife(stored: StoredHolding, org: OrgId) {
  if (stored.known === undefined && stored.registers === undefined) return undefined;
  const { registers, copy, keep } = readHolding(stored);
  const { without } = termsOf(registers, org);
  return {
    state: stateOf(stored, registers.end !== null),
    number: registers.content?.number ?? stored.known?.number ?? null,
    expiresAt: copy && instant(copy.endsAt),
    reviewAt: instant(stored.copy?.reviewAt ?? null),
    suspendedUntil: instant(copy?.hiddenUntil ?? null),
    end: registers.end?.by ?? null,
    barred: without,
    keep,
  };
}

function stateOf({ copy }: StoredHolding, isEnded: boolean): (typeof HELD_STATES)[number] {
  if (copy?.kept === 1) return 'kept';
  if (isEnded) return 'ended';
  if (copy === undefined) return 'not-held';
  return copy.hiddenUntil === null ? 'held' : 'suspended';
}

function instant(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}
