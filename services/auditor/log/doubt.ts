import { fail, type LiaisonError } from '../../shared/kernel/errors.js';
import { type Checkpoint, openCheckpoint, parseCheckpointText } from '../../shared/tlog/checkpoint.js';
import { compareHeads, lifeOf } from '../../shared/tlog/log-life.js';
import { parseNote } from '../../shared/tlog/signed-note.js';
import { rootAt } from '../../shared/tlog/tree-proof.js';
import type { NoteKey } from '../../shared/tlog/vkey.js';
import type { CosignedNotes } from './cosigned-notes.js';
import { openDoubtFile } from './doubt-file.js';
import type { LogTree } from './log-tree.js';
import { type OpenedLog, rolledBack } from './open-log.js';

/**
 * Keeps a log that was lost or restored from an older copy from signing a second history. Only the witnesses know how much
 * was signed, so a log that starts publishes its newest checkpoint again, that of the empty tree if it has none, without the
 * cosignatures that it had, and signs no other until a quorum has cosigned that one anew. A witness that has cosigned more
 * answers with the larger checkpoint; then nothing is signed unless the tree has that one too.
 */
export interface LogDoubt {
  /** To be called when the log is opened: its newest checkpoint is in doubt. Throws `ledger-damaged`. */
  opened(log: OpenedLog): Promise<void>;
  /**
   * Takes the note of a checkpoint that a witness cosigned, of this life of the log or a later one. It is kept if the tree
   * lacks it. Throws as `openCheckpoint` does, `not-ready` before the log is opened.
   */
  shown(note: string): Promise<void>;
  /** The largest checkpoint that a witness showed, until the doubt is over. */
  largest(): Checkpoint | undefined;
  /** Throws `ledger-rolled-back` while the tree lacks the largest checkpoint that a witness showed. */
  expectIn(tree: LogTree): Promise<void>;
  /** Resolves to true while nothing after this checkpoint may be signed; ends the doubt that a quorum has settled. */
  holds(head: { readonly note: string; readonly checkpoint: Pick<Checkpoint, 'size'> }): Promise<boolean>;
}

interface DoubtDeps {
  readonly folder: string;
  readonly cosigned: Pick<CosignedNotes, 'askAnew' | 'isQuorate'>;
  readonly federation: () => string;
  /** A later life begins without a doubt: nothing of it can have been signed before its order was on the disk. */
  readonly isFirstLife: boolean;
  readonly origin: () => string;
  /** The keys of a life that are in force: a thief of a revoked key could stop the log with a made-up checkpoint. */
  readonly keysOf: (origin: string) => readonly NoteKey[];
}

/** Creates the doubt of the log in a folder. */
export function createDoubt({ folder, cosigned, ...named }: DoubtDeps): LogDoubt {
  const file = openDoubtFile(folder);
  let note: string | undefined;
  let tree: LogTree | undefined;
  const doubt = async (larger: string): Promise<void> => {
    if (note === undefined) cosigned.askAnew();
    note = larger;
    await file.write(larger);
  };
  return {
    opened: async (log) => {
      note = file.read();
      ({ tree } = log);
      if (note !== undefined) cosigned.askAnew();
      else if (named.isFirstLife || log.head !== undefined) await doubt('');
    },
    shown: async (shownNote) => {
      const checkpoint = await openNamed(shownNote, named);
      if (tree === undefined) throw fail('not-ready', 'the log is not open yet');
      const known = checkpointOf(note) ?? { origin: named.origin(), size: 0 };
      if (compareHeads(checkpoint, known, named.federation()) <= 0) return;
      if (checkpoint.origin === named.origin() && (await isIn(tree, checkpoint))) return;
      await doubt(shownNote);
    },
    largest: () => checkpointOf(note),
    expectIn: async (present) => {
      const larger = checkpointOf(note);
      if (larger !== undefined) await expectLarger(present, larger, named.origin());
    },
    holds: async (head) => {
      if (note === undefined) return false;
      // `expectIn` found the larger checkpoint in the tree: the next one may be signed over it.
      if (sizeOf(note) > head.checkpoint.size) return false;
      if (!cosigned.isQuorate(head.note)) return true;
      note = undefined;
      await file.remove();
      return false;
    },
  };
}

/** Opens a note of this life or a later one; that of an earlier life is opened as one of this life, and refused. */
function openNamed(note: string, { federation, origin, keysOf }: Omit<DoubtDeps, 'folder' | 'cosigned'>) {
  const named = parseCheckpointText(parseNote(note).text).origin;
  const isLater = (lifeOf(named, federation()) ?? 0) > (lifeOf(origin(), federation()) ?? 0);
  const expected = isLater ? named : origin();
  return openCheckpoint(note, { origin: expected, keys: keysOf(expected) });
}

/** Throws `ledger-rolled-back` unless the tree of this life has a checkpoint. */
async function expectLarger(tree: LogTree, larger: Checkpoint, origin: string): Promise<void> {
  if (larger.origin !== origin) throw laterLife(larger);
  if (!(await isIn(tree, larger))) throw lackOf(tree.size(), larger.size);
}

function laterLife({ origin, size }: Checkpoint): LiaisonError {
  return rolledBack(`a witness cosigned a checkpoint of ${size} entries of a later life, \`${origin}\``);
}

function lackOf(there: number, cosigned: number): LiaisonError {
  const has = `the file has ${there} entries of the log`;
  if (there < cosigned) return rolledBack(`${has}, a witness cosigned a checkpoint of ${cosigned}`);
  return rolledBack(`${has}, and not those of the checkpoint of ${cosigned} that a witness cosigned`);
}

const checkpointOf = (note: string | undefined): Checkpoint | undefined =>
  note ? parseCheckpointText(parseNote(note).text) : undefined;
const sizeOf = (note: string | undefined): number => checkpointOf(note)?.size ?? 0;

async function isIn(tree: LogTree, { size, root }: Checkpoint): Promise<boolean> {
  return size <= tree.size() && Buffer.from(await rootAt(size, tree.node)).equals(root);
}
