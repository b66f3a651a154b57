import { isCode, type LiaisonError } from '../../kernel/errors.js';
import type { OrgId } from '../../kernel/ids.js';
import type { Engine } from '../engine.js';
import { type DirectoryFacts, directoryOf } from '../facts.js';
import type { EvaluationFault } from '../layers.js';
import { createPolicy, type Policy } from '../plan.js';
import type { PolicySets } from '../policies.js';

/** The first directory of a snapshot, and the callbacks it reports to. */
export interface SnapshotOptions {
  readonly directory: DirectoryFacts;
  /** Called after every swap, the first included. */
  readonly onChange?: (policy: Policy) => void;
  /** Called when a loaded folder becomes active, with the names of the changed sets; `schema` may be among them. */
  readonly onAdopt?: (changed: readonly string[]) => void;
  /** Called when the folder does not load; the active snapshot stays active. */
  readonly onAlarm: (error: LiaisonError) => void;
  /** Called when a rule or set cannot be evaluated; the decision is deny. */
  readonly onError: (fault: EvaluationFault) => void;
}

/** A loaded folder, its evaluator and the names of the directory that it was loaded for. */
export interface LoadedPolicies {
  readonly sets: PolicySets;
  readonly bundle?: string;
  readonly engine: Engine;
  readonly names: DirectoryNames;
  /** As in `LoadedFolder`. */
  readonly factsBy?: (directory: DirectoryFacts) => DirectoryFacts;
}

/** The active policies, and the directory that they are applied to. */
interface ActiveSnapshot {
  policy(): Policy | undefined;
  /** Returns why the last load did not become active. */
  fault(): LiaisonError | undefined;
  directory(): DirectoryFacts;
  /** Makes `loaded` active, unless the same is active already. */
  take(loaded: LoadedPolicies): void;
  /**
   * Reports why a load failed. The active policies stay, except after `policies-missing`: the ledger names
   * other ones.
   */
  refuse(error: LiaisonError): void;
  /**
   * Applies the facts of a new directory immediately; false when its names require the folder to be loaded
   * again.
   */
  follow(directory: DirectoryFacts): boolean;
}

/** Returns a snapshot without a policy, which is active from the first `take`. */
export function createSnapshot({
  onError,
  onChange,
  onAdopt,
  onAlarm,
  ...options
}: SnapshotOptions): ActiveSnapshot {
  let { directory } = options;
  let fault: LiaisonError | undefined;
  let active: (LoadedPolicies & { readonly policy: Policy }) | undefined;
  const activate = (loaded: LoadedPolicies): void => {
    const applied = restrictTo(loaded.names, factsFor(loaded, directory));
    const policy = createPolicy({ ...loaded, directory: applied, onError });
    active = { ...loaded, policy };
    onChange?.(policy);
  };
  return {
    policy: () => active?.policy,
    fault: () => fault,
    directory: () => directory,
    take(loaded) {
      fault = undefined;
      const changed = changedIn(active?.sets.digests ?? {}, loaded.sets.digests);
      if (changed.length === 0 && active !== undefined && isLoadedAs(active, loaded)) return;
      activate(loaded);
      onAdopt?.(changed);
    },
    refuse(error) {
      fault = error;
      if (isCode(error, 'policies-missing')) active = undefined;
      onAlarm(error);
    },
    follow(next) {
      directory = next;
      if (active !== undefined) activate(active);
      return active !== undefined && isSame(active.names, namesIn(factsFor(active, next)));
    },
  };
}

function factsFor({ factsBy }: LoadedPolicies, directory: DirectoryFacts): DirectoryFacts {
  return factsBy === undefined ? directory : factsBy(directory);
}

/** The part of a directory that loading depends on: its members, and the group names that rules may use. */
interface DirectoryNames {
  readonly members: ReadonlySet<OrgId>;
  readonly groups: ReadonlySet<string>;
}

/** Returns the names that a folder is loaded for. */
export function namesIn({ organisations }: DirectoryFacts): DirectoryNames {
  const groups = [...organisations.values()].flatMap((organisation) => organisation.groups);
  return { members: new Set(organisations.keys()), groups: new Set(groups.toSorted()) };
}

function isLoadedAs(active: LoadedPolicies, loaded: LoadedPolicies): boolean {
  return active.bundle === loaded.bundle && isSame(active.names, loaded.names);
}

/** True when a folder loaded for one directory need not be loaded again for the other. */
export function isForSameNames(one: DirectoryFacts, other: DirectoryFacts): boolean {
  return isSame(namesIn(one), namesIn(other));
}

function isSame(one: DirectoryNames, other: DirectoryNames): boolean {
  const textOf = ({ members, groups }: DirectoryNames): string => JSON.stringify([[...members], [...groups]]);
  return textOf(one) === textOf(other);
}

/**
 * Leaves out new members, whose sets are not loaded yet, and new groups, which no loaded rule can name. Facts withdrawn
 * from a member take effect even when the folder does not load.
 */
export function restrictTo(
  { members, groups }: DirectoryNames,
  { organisations }: DirectoryFacts,
): DirectoryFacts {
  const known = [...organisations.values()]
    .filter(({ id }) => members.has(id))
    .map((facts) => ({ ...facts, groups: facts.groups.filter((group) => groups.has(group)) }));
  return directoryOf(known);
}

type Digests = Readonly<Record<string, string>>;

/** Returns the names whose digest differs, or that only one of the two holds. */
function changedIn(before: Digests, after: Digests): readonly string[] {
  return [...new Set([...Object.keys(after), ...Object.keys(before)])].filter(
    (name) => before[name] !== after[name],
  );
}
