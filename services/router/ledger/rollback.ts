import type { Bus } from '../../shared/bus/connect.js';
import { lastOn, nextOn } from '../../shared/bus/direct-get.js';
import { sources } from '../../shared/bus/streams.js';
import { fail, type LiaisonError } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import type { LedgerPosition, RouterLedger } from '../../shared/store/router/router-ledger.js';
import { SET_BACK } from '../../shared/ledger/rollback.js';
import { subjects } from '../../shared/wire/subjects.js';

/** Detects a LEDGER stream that was set back: it lost its newest records but kept its epoch. */
export interface RollbackCheck {
  /** Notes that the stream gave out a sequence twice in this epoch; returns the error to throw. */
  proven(epoch: string): LiaisonError;
  /** Marks an organisation whose newest record may be gone, for the next `look`. */
  suspect(org: OrgId): void;
  /** Throws `ledger-damaged` when the stream was set back before this place, `not-ready` while that is not certain. */
  look(place: LedgerPosition): Promise<void>;
}

interface RollbackCheckDeps {
  readonly core: Bus;
  readonly ledger: () => Pick<RouterLedger, 'lastSeq'>;
}

/** Consecutive misses after which the gate closes, and after which the stream counts as damaged: a replica may lag for a moment. */
const LAGGING_MISSES = 3;
const DAMAGED_MISSES = 20;
const { stream } = sources.ledgerAuditor;

/** Creates a check that suspects no organisation yet. */
export function createRollbackCheck({ core, ledger }: RollbackCheckDeps): RollbackCheck {
  const suspects = new Set<OrgId>();
  let read: LedgerPosition | undefined;
  let damaged: string | undefined;
  let misses = 0;
  const isBehind = async (org: OrgId): Promise<boolean> => {
    const position = ledger().lastSeq(org);
    const last = await lastOn(core, { stream, subject: subjects.ledger(org) });
    // No record at all: the stream dropped it, because it is full.
    const isThere = last === undefined || last.seq >= position;
    if (isThere) suspects.delete(org);
    return !isThere;
  };
  const isShort = async (from: number): Promise<boolean> => {
    const isAnyBehind = await Promise.all([...suspects].map(isBehind));
    if (isAnyBehind.includes(true)) return true;
    return from > 0 && (await nextOn(core, { stream, subject: 'ledger.*', from })) === undefined;
  };
  return {
    proven: (epoch) => {
      damaged = epoch;
      return fail('ledger-damaged', SET_BACK);
    },
    suspect: (org) => void suspects.add(org),
    look: async (place) => {
      if (read?.epoch !== place.epoch) read = place;
      misses = (await isShort(read.seq)) ? misses + 1 : 0;
      if (misses === DAMAGED_MISSES) damaged = place.epoch;
      if (damaged === place.epoch) throw fail('ledger-damaged', SET_BACK);
      if (misses >= LAGGING_MISSES)
        throw fail('not-ready', 'the ledger does not yet show records that were read from it before');
      if (misses === 0) read = place;
    },
  };
}
