import type { Delivery } from '../../shared/bus/delivery.js';
import { keepAckAlive } from '../../shared/bus/keep-ack-alive.js';
import { fail } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import type { OpeningMarks } from '../../shared/store/opening-marks.js';
import { isPoison, type OpenAlone } from '../../shared/trust/suspect/open-alone.js';

interface GuardDeps {
  readonly org: OrgId;
  readonly marks: Pick<OpeningMarks, 'begin' | 'wasOpening' | 'clear'>;
  readonly openAlone: OpenAlone;
}

/**
 * Runs `open` for a frame, which is marked meanwhile. A frame that was being opened when the process before this one ended is
 * suspect: child processes open it first. Throws `poison-frame`, without `open`, if it makes them crash, and as `isPoison` does.
 */
export type GuardedOpening = (
  delivery: Pick<Delivery, 'seq' | 'subject' | 'bytes' | 'working'>,
  open: () => Promise<void>,
) => Promise<void>;

/** Creates the guard of one gateway. */
export function createGuardedOpening({ org, marks, openAlone }: GuardDeps): GuardedOpening {
  const examine = async ({ seq, subject, bytes, working }: Parameters<GuardedOpening>[0]): Promise<void> => {
    const crashes = await keepAckAlive({ working }, () => isPoison(openAlone, { org, subject, bytes }));
    marks.clear(seq);
    if (crashes) throw fail('poison-frame', 'the frame crashes the process that opens it');
  };
  return async (delivery, open) => {
    const end = marks.begin(delivery.seq);
    try {
      if (marks.wasOpening(delivery.seq)) await examine(delivery);
      await open();
    } finally {
      end();
    }
  };
}
