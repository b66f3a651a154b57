import { errorFrom, fail, type LiaisonError } from '../../../shared/kernel/errors.js';
import { type Checkpoint, parseCheckpointText } from '../../../shared/tlog/checkpoint.js';
import { compareHeads } from '../../../shared/tlog/log-life.js';
import { parseNote } from '../../../shared/tlog/signed-note.js';
import { rootAt } from '../../../shared/tlog/tree-proof.js';
import type { CosignedNotes } from '../cosigned-notes.js';
import { openDoubtFile } from './doubt-file.js';
import { createLifeHolders } from './life-holders.js';
import type { LogTree } from '../log-tree.js';
import { type OpenedLog, rolledBack } from '../open-log.js';
import {
  openOfWitness,
  type CheckpointOfWitness,
  type CheckpointOfWitnessDeps,
} from './checkpoint-of-witness.js';

/**
 * Keeps a log that was lost or restored from an older copy from signing a second history. Only the witnesses know how much
 * was signed, so a log that starts publishes its newest checkpoint again, the first one of its life if it has none, without the
 * cosignatures that it had, and signs no other until a quorum has cosigned that one anew. A witness that has cosigned more
 * answers with the larger checkpoint; then nothing is signed unless the tree has that one too.
 */
export interface LogDoubt {
  /** To be called when the log is opened: its newest checkpoint is in doubt. Throws `ledger-damaged`. */
  opened(log: OpenedLog): Promise<void>;
  /**
   * Takes the note of a checkpoint, with the cosignature of the witness that shows it, of this life of the log or the next one.
   * It is kept if the tree lacks it. Throws as `openOfWitness` does, `not-ready` before the log is opened.
   */
  shown(note: string): Promise<void>;
  /** The largest checkpoint that a witness showed, until the doubt is over. */
  largest(): LargestShown | undefined;
  /**
   * Throws `ledger-rolled-back` while the tree lacks the largest checkpoint that a witness showed. One that does not verify any
   * more, because a key was revoked since, is forgotten: the log stays in doubt without it.
   */
  expectIn(tree: LogTree): Promise<void>;
  /** Resolves to true while nothing after this checkpoint may be signed; ends the doubt that a quorum has settled. */
  holds(head: { readonly note: string; readonly checkpoint: Pick<Checkpoint, 'size'> }): Promise<boolean>;
}

/** The largest checkpoint that a witness showed. */
export interface LargestShown extends Checkpoint {
  /** True if it is of this life, or if a quorum of witnesses showed that the next life began. */
  readonly isHeld: boolean;
}

interface DoubtDeps extends CheckpointOfWitnessDeps {
  readonly folder: string;
  readonly cosigned: Pick<CosignedNotes, 'askAnew' | 'isQuorate'>;
  /** True if this process began the life: nothing of it can have been signed before, which no file can say of a lost log. */
  readonly isBegunNow: boolean;
  /** Called with why the checkpoint that a witness showed is forgotten. */
  readonly onForgotten: (error: LiaisonError) => void;
}

/** Creates the doubt of the log in a folder. */
export function createDoubt(deps: DoubtDeps): LogDoubt {
  const { cosigned, origin, federation, isBegunNow } = deps;
  const kept = createKeptNote(deps);
  const holders = createLifeHolders(deps);
  let tree: LogTree | undefined;
  return {
    opened: async (log) => {
      ({ tree } = log);
      kept.open();
      if (kept.note() === undefined && (!isBegunNow || log.head !== undefined)) await kept.keep('');
    },
    shown: async (note) => {
      const shown = await openOfWitness(note, deps);
      const { checkpoint } = shown;
      holders.add(shown);
      if (tree === undefined) throw fail('not-ready', 'the log is not open yet');
      const known = kept.checkpoint() ?? { origin: origin(), size: 0 };
      if (compareHeads(checkpoint, known, federation()) <= 0) return;
      if (checkpoint.origin === origin() && (await isIn(tree, checkpoint))) return;
      await kept.keep(note);
    },
    largest: () => {
      const largest = kept.checkpoint();
      return largest && { ...largest, isHeld: largest.origin === origin() || holders.isQuorum() };
    },
    expectIn: async (present) => {
      const verified = await kept.verify();
      if (verified !== undefined) holders.add(verified);
      const larger = kept.checkpoint();
      if (larger !== undefined) await expectLarger(present, larger, origin());
    },
    holds: async ({ note, checkpoint }) => {
      if (kept.note() === undefined) return false;
      // `expectIn` found the larger checkpoint in the tree: the next one may be signed over it.
      if ((kept.checkpoint()?.size ?? 0) > checkpoint.size) return false;
      if (!cosigned.isQuorate(note)) return true;
      await kept.remove();
      return false;
    },
  };
}

/** Keeps the note of the largest checkpoint that a witness showed: empty for none, undefined without a doubt. */
function createKeptNote(deps: DoubtDeps) {
  const file = openDoubtFile(deps.folder);
  let note: string | undefined;
  const keep = async (larger: string): Promise<void> => {
    if (note === undefined) deps.cosigned.askAnew();
    note = larger;
    await file.write(larger);
  };
  return {
    note: (): string | undefined => note,
    checkpoint: (): Checkpoint | undefined => (note ? parseCheckpointText(parseNote(note).text) : undefined),
    open: (): void => {
      note = file.read();
      if (note !== undefined) deps.cosigned.askAnew();
    },
    keep,
    /** Resolves to the kept checkpoint; one that does not verify any more is forgotten, unless a larger one replaced it. */
    verify: async (): Promise<CheckpointOfWitness | undefined> => {
      const verified = note;
      try {
        return verified ? await openOfWitness(verified, deps) : undefined;
      } catch (thrown) {
        if (note !== verified) return undefined;
        deps.onForgotten(errorFrom(thrown));
        await keep('');
        return undefined;
      }
    },
    remove: async (): Promise<void> => {
      note = undefined;
      await file.remove();
    },
  };
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

async function isIn(tree: LogTree, { size, root }: Checkpoint): Promise<boolean> {
  return size <= tree.size() && Buffer.from(await rootAt(size, tree.node)).equals(root);
}
