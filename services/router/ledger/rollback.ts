import type { Bus } from '../../shared/bus/connect.js';
import { lastOn, nextOn } from '../../shared/bus/direct-get.js';
import { sources } from '../../shared/bus/streams.js';
import { fail, type LiaisonError } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import type { LedgerPosition, RouterLedger } from '../../shared/store/router/router-ledger.js';
import { SET_BACK } from '../../shared/ledger/rollback.js';
import { subjects } from '../../shared/wire/subjects.js';

/** Whether the ledger's stream lost its end and kept its epoch: what is read of it then is not what was read before. */
export interface RollbackCheck {
  /** A sequence was given out twice in this epoch: gives what to throw. */
  proven(epoch: string): LiaisonError;
  /** The newest record of the organisation may be gone: looked at next. */
  suspect(org: OrgId): void;
  /** Throws `ledger-damaged` when it was set back before this place, `not-ready` while that is not sure. */
  look(place: LedgerPosition): Promise<void>;
}

interface RollbackCheckDeps {
  readonly core: Bus;
  readonly ledger: () => Pick<RouterLedger, 'lastSeq'>;
}

/** A copy of a cluster may be behind for a moment; after that nothing is pulled, and after five seconds it is damage. */
const LAGGING = 3;
const LOOKS = 20;
const { stream } = sources.ledgerAuditor;

export function createRollbackCheck({ core, ledger }: RollbackCheckDeps): RollbackCheck {
  const suspects = new Set<OrgId>();
  let read: LedgerPosition | undefined;
  let damaged: string | undefined;
  let misses = 0;
  const isBehind = async (org: OrgId): Promise<boolean> => {
    const position = ledger().lastSeq(org);
    const last = await lastOn(core, { stream, subject: subjects.ledger(org) });
    // None at all: the stream forgot it.
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
      if (misses === LOOKS) damaged = place.epoch;
      if (damaged === place.epoch) throw fail('ledger-damaged', SET_BACK);
      if (misses >= LAGGING) throw fail('not-ready', 'the ledger does not show yet all that was read of it');
      if (misses === 0) read = place;
    },
  };
}
