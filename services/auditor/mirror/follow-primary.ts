import { join } from 'node:path';
import { errorFrom, fail, isCode, type LiaisonError } from '../../shared/kernel/errors.js';
import type { Alarms } from '../../shared/runtime/alarms.js';
import { witnessPolicyIn } from '../../shared/tlog/member-witnesses.js';
import { hubContractFault } from '../../shared/trust/directory/hub-contract.js';
import { createDirectoryForks } from '../directory-forks.js';
import { type Repetition, repeat } from '../repeat.js';
import { judgeNextLife } from './judge-next-life.js';
import { keepFork } from './keep-fork.js';
import { createMirrorAlarms } from './mirror-alarms.js';
import {
  type MirroredLife,
  type MirroredLives,
  type MirroredLivesDeps,
  openMirroredLives,
} from './mirrored-lives.js';
import { createVerifyMirrored } from './mirrored-record.js';
import { createPrimary, type Primary } from './primary.js';
import { recordsInLife } from './records-in-life.js';
import { type FollowDeps, takeCheckpoint } from './take-checkpoint.js';

/** A mirror's copy of the log, kept up with the auditor. */
export interface FollowedLog {
  readonly lives: Pick<MirroredLives, 'present' | 'all' | 'ended'>;
  /** Why the last try failed, or the copy on disk is damaged; undefined otherwise. */
  fault(): LiaisonError | undefined;
  /** Entries of the auditor's newest checkpoint that the mirror lacked at the last answer; undefined before the first. */
  lag(): number | undefined;
  /** When the mirror last asked and had all that a quorum cosigned; undefined before the first time. */
  followedAt(): Date | undefined;
  /** Ends following. */
  stop(): Promise<void>;
  /** Closes the copies of later lives, after `stop`. */
  close(): Promise<void>;
}

/** What following works with. */
export interface FollowPrimaryDeps extends Omit<MirroredLivesDeps, 'signal'> {
  /** The address of the auditor, and a token with the scopes `records:read` and `log:read`. */
  readonly primary: { readonly url: string; readonly token: string };
  /** Takes a signed directory if it is newer; never rejects. */
  readonly adoptDirectory: (frame: Uint8Array) => Promise<boolean>;
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
  /** What is wrong with the copy on disk, by lives. */
  readonly damage: Map<MirroredLife, LiaisonError>;
  lag: number | undefined;
  followedAt: Date | undefined;
}

/** Opens the copy and follows the auditor until stopped. Throws `ledger-damaged` as `openMirroredLog` does. */
export async function followPrimary(deps: FollowPrimaryDeps): Promise<FollowedLog> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const lives = await openMirroredLives({ ...deps, signal });
  const primary = createPrimary({ ...deps.primary, signal });
  const state: FollowState = {
    fault: fail('not-ready', 'the auditor was not asked yet'),
    damage: new Map(),
    lag: undefined,
    followedAt: undefined,
  };
  const checking = lives.all().map((one) => checkDisk(deps, one, state));
  const step = createStep(lives, { ...deps, primary, signal, onLag: (lag) => (state.lag = lag) });
  const loop = repeatStep({ ...step, lives, state, signal }, deps);
  return {
    lives,
    fault: () => state.fault,
    lag: () => state.lag,
    followedAt: () => state.followedAt,
    stop: async () => {
      stopping.abort();
      await Promise.all([loop.stop(), ...checking]);
    },
    close: lives.close,
  };
}

interface Following extends LogStep {
  readonly lives: Pick<MirroredLives, 'present'>;
  readonly state: FollowState;
  readonly signal: AbortSignal;
}

/** Tries to follow the auditor again and again, after failures with a growing pause; a damaged copy follows nothing. */
function repeatStep(
  { step, compare, lives, state, signal }: Following,
  { clock, pauseMs = PAUSE_MS, ...deps }: FollowPrimaryDeps,
): Repetition {
  const alarms = createMirrorAlarms({ alarms: deps.alarms, now: () => performance.now() });
  let failures = 0;
  return repeat(async () => {
    const fault = state.damage.get(lives.present()) ?? (await step().then(() => undefined, errorFrom));
    if (signal.aborted) return 0;
    failures = fault === undefined ? 0 : failures + 1;
    state.fault = fault;
    alarms.tried(fault);
    await compare();
    if (fault === undefined) {
      state.followedAt = clock();
      alarms.shown(...shownSizes(lives.present(), { ...deps, clock }, state));
    }
    return Math.min(MAX_PAUSE_MS, pauseMs * 2 ** Math.max(0, failures - 1));
  });
}

/** Compares the records of a life on disk with the checkpoint that was followed last, while the mirror runs. */
async function checkDisk(
  { alarms }: Pick<FollowPrimaryDeps, 'alarms'>,
  one: MirroredLife,
  { damage }: FollowState,
): Promise<void> {
  const found = await one.mirrored.check().catch((thrown: unknown) => errorFrom(thrown));
  if (found === undefined || !isCode(found, 'ledger-damaged')) return;
  damage.set(one, found);
  alarms.raise('ledger-damaged', found, { place: one.life === 1 ? 'records' : `lives/${one.life}/records` });
}

interface StepDeps extends Omit<FollowPrimaryDeps, 'primary'> {
  readonly primary: Primary;
  readonly signal: AbortSignal;
  readonly onLag: (entries: number) => void;
}

/** One try to follow the auditor, and the comparison of what it brought. */
interface LogStep {
  readonly step: () => Promise<void>;
  /** Compares the records about the directory; never rejects. */
  readonly compare: () => Promise<void>;
}

/** Creates one try to follow the auditor, into the next life of the log where it shows that. */
function createStep(lives: MirroredLives, deps: StepDeps): LogStep {
  const verify = createVerifyMirrored(deps);
  const directory = createDirectoryRenewal(deps);
  let now = followLife(lives.present(), { ...deps, verify });
  const follow = async (): Promise<void> => {
    try {
      await now.step();
    } catch (thrown) {
      const next = isCode(thrown, 'issuer-mismatch')
        ? await judgeNextLife(lives.present(), { ...deps, verify })
        : undefined;
      if (next === undefined) throw thrown;
      await lives.begin(next);
      now = followLife(lives.present(), { ...deps, verify });
      await now.step();
    }
  };
  return {
    step: async () => {
      await directory.renew();
      const contract = hubContractFault(deps.directory());
      if (contract !== undefined) throw contract;
      await follow().catch((thrown: unknown) => {
        if (isCode(thrown, 'key-unknown')) directory.isOld();
        throw thrown;
      });
    },
    compare: () => now.compare(),
  };
}

/** Creates the step that follows one life of the log. */
function followLife(life: MirroredLife, deps: StepDeps & Pick<FollowDeps, 'verify'>): LogStep {
  const { archive, logFolder } = life;
  const primary = { ...deps.primary, records: recordsInLife(deps.primary, life.life) };
  const onFork = createOnFork(life, deps);
  const forks = createDirectoryForks({ ...deps, archive, logFolder });
  return {
    step: async () => {
      await takeCheckpoint(life, { ...deps, archive, primary, onFork });
      await life.noteOrder();
    },
    compare: () => forks.look(true),
  };
}

/** Creates the renewal of the directory, which asks for it from time to time and after `isOld`. */
function createDirectoryRenewal({ primary, directory, adoptDirectory }: StepDeps) {
  let askedAt = Number.NEGATIVE_INFINITY;
  return {
    renew: async (): Promise<void> => {
      if (performance.now() - askedAt < DIRECTORY_MS) return;
      const frame = await primary.directory();
      askedAt = performance.now();
      if (!Buffer.from(frame).equals(directory().frame)) await adoptDirectory(frame);
    },
    isOld: (): void => {
      askedAt = Number.NEGATIVE_INFINITY;
    },
  };
}

/** Creates the function that raises `log-forked` with both notes as a conviction, unless the note is that of the last call. */
function createOnFork(
  { mirrored, logFolder }: MirroredLife,
  { alarms, directory }: StepDeps,
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
  { mirrored }: MirroredLife,
  deps: Pick<FollowPrimaryDeps, 'witnessPolicy' | 'directory' | 'clock'>,
  { lag = 0 }: Pick<FollowState, 'lag'>,
): [number, number | null] {
  const { quorate } = mirrored.cosigned.state();
  const size = mirrored.tree.size() + lag;
  const isAlone = witnessPolicyIn(deps)().quorum === 'none';
  return [size, isAlone ? size : quorate];
}
