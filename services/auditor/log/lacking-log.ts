import type { EndedLog } from '../../shared/ledger/command-content.js';
import { type Checkpoint, checkpointText, parseCheckpointText } from '../../shared/tlog/checkpoint.js';
import { lifeOf } from '../../shared/tlog/log-life.js';
import { parseNote } from '../../shared/tlog/signed-note.js';
import type { Directory } from '../../shared/trust/directory.js';
import type { LogDoubt } from './doubt/doubt.js';
import type { HeadFile } from './head-file.js';
import type { LifeRecords } from './life-records.js';
import type { PublishedSeal } from './published.js';

/** What an order to begin the next life must name. */
export interface LackingLog extends EndedLog {
  /** The number of the last record that was signed: an order can only come after it. */
  readonly after: number;
}

interface LackingDeps {
  readonly file: Pick<HeadFile, 'read'>;
  readonly doubt: Pick<LogDoubt, 'largest'>;
  readonly archive: Pick<LifeRecords, 'count'>;
  readonly directory: () => Directory;
}

/**
 * Returns what an order to begin the next life must name: the largest checkpoint that a witness showed; the published one if
 * none was shown or that one is of an earlier life; else the newest on the disk. The file has its entries up to the newest
 * checkpoint on the disk, if that is an older one of the same life. Returns undefined for a checkpoint of a life that neither the
 * published one nor a quorum of witnesses confirms: gateways would refuse the life after it.
 */
export function lackingIn(
  { file, doubt, archive, directory }: LackingDeps,
  { checkpoint }: Pick<PublishedSeal, 'checkpoint'>,
): LackingLog | undefined {
  const { note, records = 0 } = file.read() ?? {};
  const head = note === undefined ? undefined : parseCheckpointText(parseNote(note).text);
  const shown = doubt.largest();
  const lifeIn = ({ origin }: Checkpoint): number => lifeOf(origin, directory().federation);
  if (shown?.isHeld === false && (checkpoint === undefined || lifeIn(checkpoint) < lifeIn(shown)))
    return undefined;
  const isLater = shown !== undefined && checkpoint !== undefined && lifeIn(checkpoint) > lifeIn(shown);
  const last = (isLater ? checkpoint : shown) ?? checkpoint ?? head;
  if (last === undefined) return undefined;
  const isOlder = head?.origin === last.origin && head.size < last.size;
  const after = records <= archive.count() ? records : 0;
  return { checkpoint: checkpointText(last), kept: isOlder ? head.size : 0, after };
}
