import { join } from 'node:path';
import type { Bus } from '../../shared/bus/connect.js';
import type { Clock } from '../../shared/kernel/clock.js';
import { errorFrom, isCode, type LiaisonError } from '../../shared/kernel/errors.js';
import type { Alarms } from '../../shared/runtime/alarms.js';
import type { Logger } from '../../shared/runtime/logger.js';
import { originOf } from '../../shared/tlog/checkpoint.js';
import { logKeysOf } from '../../shared/tlog/log-keys.js';
import { witnessPolicyIn } from '../../shared/tlog/member-witnesses.js';
import type { WitnessPolicy } from '../../shared/tlog/witness-policy.js';
import type { ByteSigner } from '../../shared/trust/byte-signer.js';
import type { Directory } from '../../shared/trust/directory.js';
import type { CheckpointSeal } from '../../shared/wire/checkpoint-frame.js';
import type { CommandPair } from '../../shared/wire/frames.js';
import { checkRecords } from './check-records.js';
import { type CosignedNotes, openCosignedNotes } from './cosigned-notes.js';
import { type LogDoubt, createDoubt } from './doubt/doubt.js';
import { followPublished } from './follow-published.js';
import { type HeadFile, openHeadFile } from './head-file.js';
import { createLogReaders, type LogReaders } from './log-readers.js';
import { type LackingLog, lackingIn } from './lacking-log.js';
import type { LifeRecords } from './life-records.js';
import { type OpenedLog, openSealedLog } from './open-log.js';
import { type PublishedSeal, readPublished } from './published.js';
import { type CosignedRoot, createRootSignature } from './root-signature.js';
import { type ShownHead, signNext } from './sign-head.js';
import { createTileStore, type TileStore } from './tile-store.js';

/** What the next checkpoint frame says of the log. */
export interface Seal extends CheckpointSeal {
  /** Entries in the tree of the note; 0 without a note. */
  readonly size: number;
  /** The sequence in CHECKPOINT on which the publication depends, so that no second auditor seals beside this one. */
  readonly expected: number;
}

/** A life of the log over the archive: takes records in, signs checkpoints, and serves its tiles. */
export interface LifeSealer extends LogReaders {
  /**
   * Takes every archived record into the tree, writes the tiles that became full, and signs the checkpoint of the tree,
   * unless the key in force signed it already. While `LogDoubt` holds the log, resolves to the newest checkpoint again. Signs
   * nothing while the published checkpoint, or one that a witness cosigned, is not one of this tree (`ledger-rolled-back`),
   * and resolves to the published one. Throws `ledger-damaged` while the tree over the records is not the signed one.
   */
  seal(): Promise<Seal>;
  /** To be called when a seal is in CHECKPOINT. */
  published(seal: Seal): void;
  /** The seal that was published last and belongs to this tree; undefined before the first. */
  shown(): Seal | undefined;
  /** The cosignatures of witnesses over what was published. */
  readonly cosigned: Pick<CosignedNotes, 'add' | 'newest' | 'quorate' | 'state'>;
  /** Takes the note of a checkpoint that a witness cosigned and that the published log lacks, with its cosignature (`LogDoubt`). */
  readonly witnessed: LogDoubt['shown'];
  /** The newest quorate checkpoint with the signature over its root that COSE receipts carry; undefined before the first. */
  signedRoot(): Promise<CosignedRoot | undefined>;
  /** Defined while the last call of `seal` found that records are missing. */
  lacking(): LackingLog | undefined;
  /** Why nothing can be sealed: `ledger-damaged`; undefined otherwise. */
  fault(): LiaisonError | undefined;
  stop(): Promise<void>;
}

/** What a life of the log needs. */
export interface LifeSealerDeps {
  readonly bus: Bus;
  /** The records in the order of this life. */
  readonly archive: LifeRecords;
  /** The number of the life. */
  readonly life: number;
  /** True if this process began it. */
  readonly isBegunNow: boolean;
  /** The records of the order that began this life; null for the first. */
  readonly recovery: () => Promise<CommandPair | null>;
  /** The folder of all lives; each has a folder of its own in it. */
  readonly logFolder: string;
  readonly directory: () => Directory;
  /** The `log` key that signs now. */
  readonly logKey: () => ByteSigner;
  /** Who must cosign the log; undefined: the members, by the directory. */
  readonly witnessPolicy?: WitnessPolicy | undefined;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
  readonly alarms: Alarms;
  /** Called with why nothing can be signed, and with undefined once everything is there. */
  readonly onRolledBack: (fault: LiaisonError | undefined) => void;
}

interface Sealing extends LifeSealerDeps {
  readonly store: TileStore;
  readonly file: HeadFile;
  readonly cosigned: CosignedNotes;
  readonly doubt: LogDoubt;
  readonly origin: () => string;
  readonly signal: AbortSignal;
}

/** Creates a life of the log; it is opened with the first call of `seal`. */
export function createLifeSealer(deps: LifeSealerDeps): LifeSealer {
  const stopping = new AbortController();
  const sealing = sealingIn(deps, stopping.signal);
  const opening = createOpening(sealing);
  const { shown, show } = createShown(sealing);
  const { seal, tree, lacking } = createSeal(sealing, opening, { shown, show });
  return {
    seal,
    published: show,
    shown,
    ...createLogReaders(tree, shown),
    cosigned: sealing.cosigned,
    witnessed: sealing.doubt.shown,
    signedRoot: createRootSignature(sealing),
    lacking,
    fault: opening.fault,
    stop: async () => {
      stopping.abort();
      await opening.checked();
    },
  };
}

/** Creates the function that seals, and the readers of its last result. */
function createSeal(
  sealing: Sealing,
  opening: Pick<ReturnType<typeof createOpening>, 'open' | 'fault'>,
  { shown, show }: ReturnType<typeof createShown>,
) {
  let log: OpenedLog | undefined;
  let lacking: LackingLog | undefined;
  const seal: LifeSealer['seal'] = async () => {
    const fault = opening.fault();
    if (fault !== undefined) throw fault;
    const published = await readPublished(sealing);
    try {
      log ??= await opening.open();
      await followPublished(sealing, log, published);
      lacking = undefined;
      sealing.onRolledBack(undefined);
    } catch (thrown) {
      if (!isCode(thrown, 'ledger-rolled-back')) throw thrown;
      lacking = lackingIn(sealing, published);
      sealing.onRolledBack(thrown);
      return published;
    }
    if (shown() === undefined) show(published);
    const [opened, head] = await signNext(sealing, log, published);
    log = opened;
    return { ...sealOf(head, published, sealing.cosigned.lines()), recovery: await sealing.recovery() };
  };
  return { seal, tree: () => log?.tree, lacking: () => lacking };
}

/** Keeps the seal that was published last; ignores a seal without a note. */
function createShown({ cosigned }: Sealing) {
  let shown: Seal | undefined;
  return {
    shown: (): Seal | undefined => shown,
    show: (seal: Seal): void => {
      if (seal.note === '') return;
      shown = seal;
      cosigned.published(seal.note);
    },
  };
}

function sealingIn(deps: LifeSealerDeps, signal: AbortSignal): Sealing {
  const folder = join(deps.logFolder, String(deps.life));
  const federation = (): string => deps.directory().federation;
  const origin = (): string => originOf(federation(), deps.life);
  const file = openHeadFile(folder);
  const policy = witnessPolicyIn(deps);
  const cosigned = openCosignedNotes(folder, policy, ({ code, message }) =>
    deps.log.warn({ code }, `the cosigned checkpoint on disk is not used: ${message}`),
  );
  const onForgotten = ({ code, message }: LiaisonError): void =>
    deps.log.warn({ code }, `the checkpoint that a witness showed is not used any more: ${message}`);
  const keysOf = (named: string) => logKeysOf(deps.directory(), named, deps.clock());
  const verifying = { federation, origin, keysOf, policy, onForgotten };
  const doubt = createDoubt({ folder, cosigned, ...verifying, isBegunNow: deps.isBegunNow });
  return { ...deps, store: createTileStore(folder), file, cosigned, doubt, origin, signal };
}

/** Opens the log. Unless opening compared every record with it, that follows in the background, so that a start does not wait. */
function createOpening(sealing: Sealing) {
  let fault: LiaisonError | undefined;
  let checking: Promise<void> | undefined;
  const report = sealing.alarms.follow('ledger-damaged', 'records');
  const found = (damage: LiaisonError | undefined): void => {
    fault = damage;
    report(damage);
  };
  return {
    open: async (): Promise<OpenedLog> => {
      const origin = sealing.origin();
      const keys = logKeysOf(sealing.directory(), origin);
      try {
        const opened = await openSealedLog({ ...sealing, origin, keys });
        await sealing.doubt.opened(opened);
        checking = checkInBackground(sealing, opened).then(found, () => {});
        return opened;
      } catch (thrown) {
        if (isCode(thrown, 'ledger-damaged')) found(thrown);
        throw thrown;
      }
    },
    fault: (): LiaisonError | undefined => fault,
    checked: (): Promise<void> | undefined => checking,
  };
}

/** Resolves to what `checkRecords` finds, or why it cannot read the records. */
async function checkInBackground(
  sealing: Sealing,
  { head, isChecked }: OpenedLog,
): Promise<LiaisonError | undefined> {
  if (head === undefined || isChecked) return undefined;
  return checkRecords(head.checkpoint, { ...sealing, lastEntries: head.entries }).catch((thrown: unknown) => {
    sealing.signal.throwIfAborted();
    return errorFrom(thrown);
  });
}

function sealOf(
  { note, proof, checkpoint: { size } }: ShownHead,
  { expected }: PublishedSeal,
  cosignatures: readonly string[],
): Seal {
  return { note, proof, cosignatures: [...cosignatures], size, expected };
}
