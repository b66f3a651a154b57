import { rootAt } from '../../shared/tlog/tree-proof.js';
import type { Archive } from '../archive.js';
import type { LogDoubt } from './doubt/doubt.js';
import { type OpenedLog, rolledBack, takeRecords } from './open-log.js';
import type { PublishedSeal } from './published.js';

interface Following {
  readonly archive: Pick<Archive, 'read' | 'count'>;
  readonly doubt: Pick<LogDoubt, 'expectIn'>;
}

/**
 * Takes new records into the tree, and compares with it what was published and what witnesses have shown. Throws
 * `ledger-rolled-back`.
 */
export async function followPublished(
  { archive, doubt }: Following,
  { tree }: Pick<OpenedLog, 'tree'>,
  { checkpoint, foreign }: Pick<PublishedSeal, 'checkpoint' | 'foreign'>,
): Promise<void> {
  if (foreign !== undefined) throw foreign;
  await takeRecords(tree, archive, archive.count());
  await doubt.expectIn(tree);
  if (checkpoint === undefined) return;
  const { size, root } = checkpoint;
  if (tree.size() < size)
    throw rolledBack(`the file has ${tree.size()} entries of the log, a checkpoint of ${size} was published`);
  if (!Buffer.from(await rootAt(size, tree.node)).equals(root))
    throw rolledBack(`the published checkpoint of ${size} entries has another root than the file`);
}
