import { parseCheckpointText } from '../../shared/tlog/checkpoint.js';
import { lifeOf } from '../../shared/tlog/log-life.js';
import type { CommandPair } from '../../shared/wire/frames.js';
import type { Archive } from '../archive.js';
import { reportOnce } from '../report-once.js';
import { type LogLife, openLifeFile } from './life-file.js';
import { indexOfRecord, recordsOfLife } from './life-records.js';
import { createLifeSealer, type LifeSealer, type LifeSealerDeps } from './life-sealer.js';
import { createFindOrder, type FindOrder, readOrder } from './recovery-order.js';

/** The log over the archive in its present life. */
export interface Sealer extends LifeSealer {
  /**
   * As of `LifeSealer`; and where records are missing, begins the next life once the archive has the order of two persons that
   * names exactly what is missing.
   */
  seal: LifeSealer['seal'];
  /** The index of a record's entry in the log, by the number of the record. */
  indexOf(number: number): number;
  /** The present life. */
  life(): LogLife;
}

/** What the log needs from its process. */
export interface SealerDeps
  extends Omit<LifeSealerDeps, 'life' | 'isBegunNow' | 'recovery' | 'archive' | 'onRolledBack'> {
  readonly archive: Archive;
}

interface PresentLife {
  readonly life: LogLife;
  readonly sealer: LifeSealer;
  readonly findOrder: FindOrder;
}

/** Creates the log; it is opened with the first call of `seal`. Throws `ledger-damaged` if it cannot be said which life it is. */
export function createSealer(deps: SealerDeps): Sealer {
  const file = openLifeFile(deps.logFolder);
  const onRolledBack = reportOnce(deps.alarms.follow('ledger-rolled-back', 'log'));
  const open = (life: LogLife, isBegunNow: boolean): PresentLife =>
    openLife({ ...deps, onRolledBack, isBegunNow }, life);
  let now = open(file.read(), false);
  return {
    seal: async () => {
      const seal = await now.sealer.seal();
      const next = await nextLife(now, deps);
      if (next === undefined) return seal;
      await file.write(next);
      await now.sealer.stop();
      now = open(next, true);
      return now.sealer.seal();
    },
    indexOf: (number) => indexOfRecord(number, deps.archive, now.life.begunBy),
    life: () => now.life,
    ...ofPresentLife(() => now.sealer),
  };
}

/** Resolves to the life that an order on record begins; undefined while nothing is missing or there is no order. */
async function nextLife(
  { sealer, findOrder }: PresentLife,
  { directory }: Pick<SealerDeps, 'directory'>,
): Promise<LogLife | undefined> {
  const lacking = sealer.lacking();
  const begunBy = lacking && (await findOrder(lacking));
  if (lacking === undefined || begunBy === undefined) return undefined;
  const ended = lifeOf(parseCheckpointText(lacking.checkpoint).origin, directory().federation);
  return { life: ended + 1, begunBy };
}

function openLife(
  deps: SealerDeps & Pick<LifeSealerDeps, 'onRolledBack' | 'isBegunNow'>,
  present: LogLife,
): PresentLife {
  const { archive, directory, clock: now } = deps;
  const { life, begunBy } = present;
  let order: CommandPair | null = null;
  const recovery = async (): Promise<CommandPair | null> =>
    begunBy === undefined ? null : (order ??= await readOrder(begunBy, archive));
  const sealer = createLifeSealer({ ...deps, archive: recordsOfLife(archive, begunBy), life, recovery });
  return { life: present, sealer, findOrder: createFindOrder({ archive, directory, now }) };
}

/** Passes each call on to the life that is present then. */
function ofPresentLife(now: () => LifeSealer): Omit<LifeSealer, 'seal'> {
  return {
    published: (seal) => now().published(seal),
    shown: () => now().shown(),
    tile: (tile) => now().tile(tile),
    consistency: (sizes) => now().consistency(sizes),
    cosigned: {
      add: (cosignature) => now().cosigned.add(cosignature),
      newest: () => now().cosigned.newest(),
      quorate: () => now().cosigned.quorate(),
      state: () => now().cosigned.state(),
    },
    witnessed: (note) => now().witnessed(note),
    signedRoot: () => now().signedRoot(),
    lacking: () => now().lacking(),
    fault: () => now().fault(),
    stop: () => now().stop(),
  };
}
