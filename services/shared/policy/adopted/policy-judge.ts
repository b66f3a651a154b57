import { detailsText, fail, type LiaisonError } from '../../kernel/errors.js';
import type { OrgId } from '../../kernel/ids.js';
import { type DirectoryFacts, factsIn, type OrganisationFacts } from '../facts.js';
import { askChild } from '../load/ask-child.js';
import type { PolicySets } from '../policies.js';
import type { PolicyBundle } from './bundle.js';

/** A failing case in spite of which the policies were adopted; its owner gets an alarm. */
export interface CaseAlarm {
  readonly org: OrgId | 'federation';
  /** `europol/cases.yaml:12:5` */
  readonly place: string;
  /** Names the case and a recipient. */
  readonly message: string;
}

/** A folder that passed the policy gate. */
export interface PassedFolder {
  readonly bundle: PolicyBundle;
  readonly sets: PolicySets;
  readonly notes: readonly CaseAlarm[];
}

/** The adopted bundle, and the directory that it was loaded for. */
export interface JudgedAgainst {
  readonly bundle: PolicyBundle;
  readonly loadedFor: DirectoryFacts;
  readonly isProven: boolean;
}

/** Why a folder does not pass the policy gate. */
export interface JudgeFinding {
  /** `europol/cases.yaml:12:5` */
  readonly place: string;
  readonly message: string;
  /** Digest in hex of a loosening that is not approved. */
  readonly loosening?: string;
}

/** What the policy gate says about a folder. */
export type JudgeVerdict =
  | { readonly adopt: true; readonly passed: PassedFolder }
  | { readonly adopt: false; readonly findings: readonly JudgeFinding[] };

/** What the approvers of an organisation, or of the members of the federation, signed about its release. */
export interface SignedApprovals {
  readonly org: OrgId | 'federation';
  /** Digests in hex of the loosenings that are approved; null: every loosening. */
  readonly loosenings: readonly string[] | null;
  /**
   * The new members in a release that only names these and needs no approval: what opens on routes from or to them alone counts as
   * approved.
   */
  readonly joining?: readonly OrgId[];
  /** Of a joint release: the members that contribute to it, each with the loosenings that two of its persons approved. */
  readonly contributors?: readonly ContributorApprovals[];
}

/** What two persons of a member approved of a joint release. */
export interface ContributorApprovals {
  readonly org: OrgId;
  /** Digests in hex. */
  readonly loosenings: readonly string[];
}

/** The folder to judge. */
export interface JudgeRequest {
  readonly folder: string;
  readonly directory: DirectoryFacts;
  readonly adopted: JudgedAgainst | undefined;
  /** `2027-01-31`, in UTC. */
  readonly today: string;
  /** Of the release that the folder holds: for its loosenings these count in place of the `approvals.yaml` files of the folder. */
  readonly signed?: SignedApprovals;
  /** True where members release their rules: then the facts about members are part of the bundle. */
  readonly hasFacts?: boolean;
}

/** Loads bundles and judges folders. */
export interface PolicyJudge {
  /** Loads a bundle for the members of a directory; rejects as `loadPolicies` throws. */
  load(bundle: PolicyBundle, directory: DirectoryFacts): Promise<PolicySets>;
  /**
   * Judges a folder as a change of the adopted bundle, with at most `MAX_JUDGE_FINDINGS` findings. Rejects as `loadPolicies` throws
   * when the folder does not load.
   */
  judge(request: JudgeRequest): Promise<JudgeVerdict>;
}

/** The message to the child: facts only, because the keys of a directory cannot be sent to another process. */
export type JudgeMessage =
  | { readonly type: 'load'; readonly bundle: PolicyBundle; readonly members: readonly OrganisationFacts[] }
  | {
      readonly type: 'judge';
      readonly folder: string;
      readonly members: readonly OrganisationFacts[];
      readonly today: string;
      readonly signed: SignedApprovals | undefined;
      readonly hasFacts: boolean;
      readonly adopted:
        | {
            readonly bundle: PolicyBundle;
            readonly loadedFor: readonly OrganisationFacts[];
            readonly isProven: boolean;
          }
        | undefined;
      /** The database of recorded notices. */
      readonly database: string;
    };

/** The most findings of a verdict. */
export const MAX_JUDGE_FINDINGS = 512;
/** How many findings the error about a refused folder has; `policy adopt --dry-run` shows all. */
const MAX_DETAILS = 8;

const LOAD_BOUNDS = { timeMs: 30_000, heapMb: 192 } as const;
/** Judging takes longer and more memory with the number of routes that differ; docs/adr/0028 has the sample's figures. */
const JUDGE_BOUNDS = { timeMs: 300_000, heapMb: 768 } as const;

/** Judges in child processes that end afterwards; `database` is the router's, which says what recorded notices have. */
export function createJudgeInChild(child: URL, database: string): PolicyJudge {
  return {
    load: (bundle, directory) =>
      askChild<JudgeMessage, PolicySets>(
        { type: 'load', bundle, members: factsIn(directory) },
        { child, ...LOAD_BOUNDS },
      ),
    judge: ({ folder, directory, adopted, today, signed, hasFacts = false }) =>
      askChild<JudgeMessage, JudgeVerdict>(
        {
          type: 'judge',
          folder,
          members: factsIn(directory),
          today,
          signed,
          hasFacts,
          adopted: adopted && { ...adopted, loadedFor: factsIn(adopted.loadedFor) },
          database,
        },
        { child, ...JUDGE_BOUNDS },
      ),
  };
}

/** Returns the error about a refused folder. */
export function refusedFolder(findings: readonly JudgeFinding[]): LiaisonError {
  const details = findings.map(({ place, message }) => ({ path: place, message }));
  return fail('policy-refused', detailsText(details), details.slice(0, MAX_DETAILS));
}
