import { errorFrom, isCode, LiaisonError } from '../../kernel/errors.js';
import type { OrgId } from '../../kernel/ids.js';
import { createEngines } from '../compiled-engine.js';
import type { Engine } from '../engine.js';
import type { DirectoryFacts } from '../facts.js';
import type { EvaluationFault } from '../layers.js';
import { oneAtATime } from './one-at-a-time.js';
import { createPolicy, type Policy } from '../plan.js';
import type { PolicySets } from '../policies.js';
import { stampOf, watchFolders } from './watch-folders.js';

/** Reads and checks a folder for the members of a directory; rejects as `loadPolicies` throws. */
export type LoadPolicies = (folder: string, directory: DirectoryFacts) => Promise<PolicySets>;

export interface WatchOptions {
  readonly directory: DirectoryFacts;
  /** An argument, because reading rules needs Cedar: the router lets another process do it. */
  readonly load: LoadPolicies;
  /** After every swap, the first included. */
  readonly onChange?: (policy: Policy) => void;
  /** A folder was loaded and is active from now on; the names of the sets, and of the schema, that are others than before. */
  readonly onAdopt?: (changed: readonly string[]) => void;
  /** The folder does not load: what was active stays active. */
  readonly onAlarm: (error: LiaisonError) => void;
  /** A rule or set could not be evaluated: the answer was deny. */
  readonly onError: (fault: EvaluationFault) => void;
}

/** A folder of policies, always as one whole snapshot. */
export interface PolicyHolder {
  /** Undefined until the folder has loaded once: the router must not pull. */
  current(): Policy | undefined;
  /** Why the folder is not what is active; undefined when it is, or was not read yet. */
  fault(): LiaisonError | undefined;
  /** Facts of members hold at once; who is new, and another vocabulary, as soon as the folder has loaded with it. */
  setDirectory(directory: DirectoryFacts): void;
  /** Loads what is there now; true when a snapshot is active afterwards that is what the folder says. Never rejects. */
  reload(): Promise<boolean>;
  close(): void;
}

/** What was loaded, and for which directory. */
interface Loaded {
  readonly sets: PolicySets;
  readonly engine: Engine;
  readonly names: Names;
}

const RETRY_MS = 3_000;

/** Loads the folder, and again whenever it changes. A broken one keeps the old and raises an alarm. */
export function watchPolicies(folder: string, options: WatchOptions): PolicyHolder {
  const engineOf = createEngines();
  const snapshot = createSnapshot(options);
  let retry: NodeJS.Timeout | undefined;
  let isClosed = false;
  const refuse = (error: LiaisonError): void => {
    // A change of the folder mends what is invalid; nothing tells when a loader that died can live.
    if (!isCode(error, 'policy-invalid')) retry = setTimeout(() => void reload(), RETRY_MS).unref();
    snapshot.refuse(error);
  };
  const reload = oneAtATime(async (): Promise<boolean> => {
    clearTimeout(retry);
    const [directory, stamp] = [snapshot.directory(), stampOf(folder)];
    const load = async (): Promise<Loaded> => {
      const sets = await options.load(folder, directory);
      return { sets, engine: await engineOf(sets), names: namesIn(directory) };
    };
    const loaded = await load().catch(errorFrom);
    if (isClosed) return false;
    // Other names came, or other files, of which some may have been read: neither what was loaded nor its faults count.
    const isOvertaken =
      !hasSame(namesIn(directory), namesIn(snapshot.directory())) || stamp !== stampOf(folder);
    if (isOvertaken) void reload();
    else if (loaded instanceof LiaisonError) refuse(loaded);
    else snapshot.take(loaded);
    return !isOvertaken && !(loaded instanceof LiaisonError);
  });
  // Watching first: a change while the first load reads must not be lost.
  const stop = watchFolders(folder, () => void reload());
  void reload();
  return {
    current: snapshot.policy,
    fault: snapshot.fault,
    setDirectory: (directory) => void (snapshot.follow(directory) || reload()),
    reload,
    close() {
      isClosed = true;
      clearTimeout(retry);
      stop();
    },
  };
}

/** What is active, and the directory that it is active for. */
interface Snapshot {
  policy(): Policy | undefined;
  /** Why the newest is not active. */
  fault(): LiaisonError | undefined;
  directory(): DirectoryFacts;
  /** Swaps, unless it is what is active. */
  take(loaded: Loaded): void;
  /** Stays as it is, and alarms. */
  refuse(error: LiaisonError): void;
  /** Another directory, whose facts hold at once; false when what is active was loaded for other names. */
  follow(directory: DirectoryFacts): boolean;
}

function createSnapshot({ onError, onChange, onAdopt, onAlarm, ...options }: WatchOptions): Snapshot {
  let { directory } = options;
  let fault: LiaisonError | undefined;
  let active: (Loaded & { readonly policy: Policy }) | undefined;
  const activate = (loaded: Loaded): void => {
    const policy = createPolicy({ ...loaded, directory: knownTo(loaded.names, directory), onError });
    active = { ...loaded, policy };
    onChange?.(policy);
  };
  return {
    policy: () => active?.policy,
    fault: () => fault,
    directory: () => directory,
    take(loaded) {
      fault = undefined;
      const { sets, names } = active ?? {};
      const changed = changedIn(sets?.digests ?? {}, loaded.sets.digests);
      if (changed.length === 0 && names !== undefined && hasSame(names, loaded.names)) return;
      activate(loaded);
      onAdopt?.(changed);
    },
    refuse(error) {
      fault = error;
      onAlarm(error);
    },
    follow(next) {
      directory = next;
      if (active !== undefined) activate(active);
      return active !== undefined && hasSame(active.names, namesIn(next));
    },
  };
}

/** What sets depend on of a directory: its members and the vocabulary of groups. */
interface Names {
  readonly members: ReadonlySet<OrgId>;
  readonly groups: ReadonlySet<string>;
}

function namesIn({ organisations }: DirectoryFacts): Names {
  const groups = [...organisations.values()].flatMap((organisation) => organisation.groups);
  return { members: new Set(organisations.keys()), groups: new Set(groups.toSorted()) };
}

function hasSame(one: Names, other: Names): boolean {
  const textOf = ({ members, groups }: Names): string => JSON.stringify([[...members], [...groups]]);
  return textOf(one) === textOf(other);
}

/**
 * Who is new has no sets yet, and is decided about once they are loaded; a group that no rule can name says nothing. What is
 * withdrawn from a member holds although the folder does not load.
 */
function knownTo({ members, groups }: Names, { organisations }: DirectoryFacts): DirectoryFacts {
  const known = [...organisations.values()]
    .filter(({ id }) => members.has(id))
    .map((facts) => ({ ...facts, groups: facts.groups.filter((group) => groups.has(group)) }));
  return { organisations: new Map(known.map((facts) => [facts.id, facts])) };
}

type Digests = Readonly<Record<string, string>>;

/** What is there with another digest, or in one of the two only. */
function changedIn(before: Digests, after: Digests): readonly string[] {
  return [...new Set([...Object.keys(after), ...Object.keys(before)])].filter(
    (name) => before[name] !== after[name],
  );
}
