import { join } from 'node:path';
import type { Clock } from '../../shared/kernel/clock.js';
import { errorFrom, fail, isCode, type LiaisonError } from '../../shared/kernel/errors.js';
import type { Alarms } from '../../shared/runtime/alarms.js';
import type { Logger } from '../../shared/runtime/logger.js';
import { witnessPolicyIn } from '../../shared/tlog/member-witnesses.js';
import type { WitnessPolicy } from '../../shared/tlog/witness-policy.js';
import type { Directory } from '../../shared/trust/directory.js';
import { hubContractFault } from '../../shared/trust/directory/hub-contract.js';
import type { Archive } from '../archive.js';
import { createDirectoryForks } from '../directory-forks.js';
import { type Repetition, repeat } from '../repeat.js';
import { keepFork } from './keep-fork.js';
import { createMirrorAlarms } from './mirror-alarms.js';
import { openMirroredLog } from './mirrored-log.js';
import { createVerifyMirrored } from './mirrored-record.js';
import { createPrimary, type Primary } from './primary.js';
import { openSignedRootFile } from './signed-root-file.js';
import { type MirrorFiles, takeCheckpoint } from './take-checkpoint.js';

/** A mirror's copy of a log, kept up with the auditor. */
export interface FollowedLog extends MirrorFiles {
  /** Why the last try failed, or the copy on disk is damaged; undefined otherwise. */
  fault(): LiaisonError | undefined;
  /** Entries of the auditor's newest checkpoint that the mirror lacked at the last answer; undefined before the first. */
  lag(): number | undefined;
  /** When the mirror last asked and had all that a quorum cosigned; undefined before the first time. */
  followedAt(): Date | undefined;
  stop(): Promise<void>;
}

/** What following works with. */
export interface FollowPrimaryDeps {
  /** The address of the auditor, and a token with the scopes `records:read` and `log:read`. */
  readonly primary: { readonly url: string; readonly token: string };
  readonly archive: Archive;
  readonly logFolder: string;
  readonly directory: () => Directory;
  /** Takes a signed directory if it is newer; never rejects. */
  readonly adoptDirectory: (frame: Uint8Array) => Promise<boolean>;
  readonly witnessPolicy?: WitnessPolicy | undefined;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
  readonly alarms: Alarms;
  /** How long the mirror waits between two questions for the newest checkpoint, in milliseconds. */
  readonly pauseMs?: number;
}

const PAUSE_MS = 2_000;
const MAX_PAUSE_MS = 30_000;
/** How often the directory is asked for; besides, whenever a key is unknown. */
const DIRECTORY_MS = 30_000;

/** How following went so far. */
interface FollowState {
  fault: LiaisonError | undefined;
  damage: LiaisonError | undefined;
  lag: number | undefined;
  followedAt: Date | undefined;
}

/** Opens the copy and follows the auditor until stopped. Throws `ledger-damaged` as `openMirroredLog` does. */
export async function followPrimary(deps: FollowPrimaryDeps): Promise<FollowedLog> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const mirrored = await openMirroredLog({ ...deps, signal });
  const signedRoot = openSignedRootFile(mirrored.folder, ({ code }) =>
    deps.log.warn({ code }, 'the signed root on disk is not used'),
  );
  const files = { mirrored, signedRoot };
  const primary = createPrimary({ ...deps.primary, signal });
  const state: FollowState = {
    fault: fail('not-ready', 'the auditor was not asked yet'),
    damage: undefined,
    lag: undefined,
    followedAt: undefined,
  };
  const checking = checkDisk(deps, files, state);
  const step = createStep(files, { ...deps, primary, signal, onLag: (lag) => (state.lag = lag) });
  const loop = repeatStep({ step, files, state, signal }, deps);
  return {
    ...files,
    fault: () => state.fault,
    lag: () => state.lag,
    followedAt: () => state.followedAt,
    stop: async () => {
      stopping.abort();
      await Promise.all([loop.stop(), checking]);
    },
  };
}

interface Following {
  readonly step: () => Promise<void>;
  readonly files: MirrorFiles;
  readonly state: FollowState;
  readonly signal: AbortSignal;
}

/** Tries to follow the auditor again and again, after failures with a growing pause; a damaged copy follows nothing. */
function repeatStep({ step, files, state, signal }: Following, deps: FollowPrimaryDeps): Repetition {
  const { clock, pauseMs = PAUSE_MS } = deps;
  const alarms = createMirrorAlarms({ alarms: deps.alarms, now: () => performance.now() });
  const forks = createDirectoryForks(deps);
  let failures = 0;
  return repeat(async () => {
    const fault = state.damage ?? (await step().then(() => undefined, errorFrom));
    if (signal.aborted) return 0;
    failures = fault === undefined ? 0 : failures + 1;
    state.fault = fault;
    alarms.tried(fault);
    await forks.look(true);
    if (fault === undefined) {
      state.followedAt = clock();
      alarms.shown(...shownSizes(files, deps, state));
    }
    return Math.min(MAX_PAUSE_MS, pauseMs * 2 ** Math.max(0, failures - 1));
  });
}

/** Compares the records on disk with the checkpoint that was followed last, while the mirror runs. */
async function checkDisk(
  { alarms }: Pick<FollowPrimaryDeps, 'alarms'>,
  { mirrored }: MirrorFiles,
  state: FollowState,
): Promise<void> {
  const damage = await mirrored.check().catch((thrown: unknown) => errorFrom(thrown));
  if (damage === undefined || !isCode(damage, 'ledger-damaged')) return;
  state.damage = damage;
  alarms.raise('ledger-damaged', damage, { place: 'records' });
}

interface StepDeps extends Omit<FollowPrimaryDeps, 'primary'> {
  readonly primary: Primary;
  readonly signal: AbortSignal;
  readonly onLag: (entries: number) => void;
}

/** Creates one try to follow the auditor. */
function createStep(files: MirrorFiles, deps: StepDeps): () => Promise<void> {
  const { primary, directory, adoptDirectory, clock } = deps;
  const verify = createVerifyMirrored({ directory, clock });
  let askedAt = Number.NEGATIVE_INFINITY;
  const renewDirectory = async (): Promise<void> => {
    if (performance.now() - askedAt < DIRECTORY_MS) return;
    const frame = await primary.directory();
    askedAt = performance.now();
    if (!Buffer.from(frame).equals(directory().frame)) await adoptDirectory(frame);
  };
  const onFork = createOnFork(files, deps);
  return async () => {
    await renewDirectory();
    const contract = hubContractFault(directory());
    if (contract !== undefined) throw contract;
    try {
      await takeCheckpoint(files, { ...deps, verify, onFork });
    } catch (thrown) {
      if (isCode(thrown, 'key-unknown')) askedAt = Number.NEGATIVE_INFINITY;
      throw thrown;
    }
  };
}

/** Creates the function that raises `log-forked` with both notes as a conviction, unless the note is that of the last call. */
function createOnFork(
  { mirrored }: MirrorFiles,
  { alarms, directory, logFolder }: StepDeps,
): (note: string) => Promise<void> {
  let last: string | undefined;
  return async (note) => {
    if (note === last) return;
    const own = mirrored.head()?.note;
    const evidence =
      own === undefined ? undefined : await keepFork(join(logFolder, 'forks'), [own, note], directory());
    alarms.raise('log-forked', { code: 'log-forked' }, { place: 'log', evidence });
    last = note;
  };
}

function shownSizes(
  { mirrored }: MirrorFiles,
  deps: Pick<FollowPrimaryDeps, 'witnessPolicy' | 'directory' | 'clock'>,
  { lag = 0 }: Pick<FollowState, 'lag'>,
): [number, number | null] {
  const { quorate } = mirrored.cosigned.state();
  const size = mirrored.tree.size() + lag;
  const isAlone = witnessPolicyIn(deps)().quorum === 'none';
  return [size, isAlone ? size : quorate];
}
