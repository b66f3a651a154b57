import type { Jti, NoticeId, OrgId } from '../kernel/ids.js';
import type { Section } from '../notice/kinds.js';

/**
 * The members and the secret from which the tree of members is built; the first part of every report. Only in
 * records.
 */
export interface TreePart {
  readonly type: 'tree';
  /** All members of the directory, sorted: the place of each in the tree of members. */
  readonly orgs: readonly OrgId[];
  /** Base64url of 16 bytes, from which the nodes of members without own parts are derived. */
  readonly decoys: string;
}

/** The reference to a submission statement: its number and digest. */
export interface SubmissionName {
  readonly number: number;
  readonly digest: string;
}

/** The ids of rules by their layer. */
export type RuleNames = Readonly<Record<'federation' | 'export' | 'import', readonly string[]>>;

/** What a report rests on, shown to its originator and to the hub alone. Only in records. */
export interface BasisPart {
  readonly type: 'basis';
  readonly submission: SubmissionName | null;
  /** Digests of the policy sets that decided, by their name. */
  readonly policies: Readonly<Record<string, string>>;
  /** The rules that decided, each once; decisions name them by their place in the lists, counted through these layers. */
  readonly rules: RuleNames;
}

/** The seed of the salts in a recipient's deliveries of the frame: the first of the recipient's own parts. */
export interface SeedPart {
  readonly type: 'seed';
  readonly to: OrgId;
  /** Base64url of 16 bytes. */
  readonly seed: string;
}

/** What a recipient gets of one notice: the recipient's own part, and the rest of the decision about it. */
export interface SharePart {
  readonly type: 'share';
  readonly to: OrgId;
  readonly jti: Jti;
  /** Digest of the SD-JWT. */
  readonly digest: string;
  readonly sections: readonly Section[];
  /** Digest of exactly the disclosures of these sections (`digestOfDisclosures`); `digest` does not depend on them. */
  readonly disclosed: string;
  /** Withheld sections whose existence the recipient may know. */
  readonly advertised: readonly Section[];
  readonly obligations: readonly string[];
}

/** States that a narrowing leaves a recipient nothing of a notice: the recipient's own part. */
export interface UnsharePart {
  readonly type: 'unshare';
  readonly to: OrgId;
  readonly jti: Jti;
  readonly digest: string;
}

/** An accepted action of the originator; only the originator and the hub read this part. */
export interface ActionPart {
  readonly type: 'action';
  /** Digest of the action's statement, which is beside the record's. */
  readonly digest: string;
  readonly id: NoticeId;
  readonly number: number;
  readonly verb: string;
  readonly scope: 'all' | 'listed';
  /** Seconds since 1970. */
  readonly until?: number;
  readonly expiresAt?: number;
  /** Holders of the notice for which an action of scope `listed` has no leaf. */
  readonly unnamed: readonly OrgId[];
}

/** An action that a holder is handed: the holder's own part. */
export interface ActPart {
  readonly type: 'act';
  readonly to: OrgId;
  /** Digest of the action's statement. */
  readonly digest: string;
}

/** A release of the originator's rules, which the routers judge after it is recorded; only the originator and the hub read it. */
export interface ReleasePart {
  readonly type: 'release';
  /** Digest of the release's statement, which is beside the record's. */
  readonly digest: string;
  /** Digest of the release. */
  readonly release: string;
  readonly version: number;
}

/**
 * States that a recorded action no longer goes to this holder: the holder's own part of a narrowing, never
 * about an end or a bar.
 */
export interface UnactPart {
  readonly type: 'unact';
  readonly to: OrgId;
  /** Digest of the action's statement. */
  readonly digest: string;
}

/** A request of a holder to an originator: the originator's own part. */
export interface AskPart {
  readonly type: 'ask';
  readonly to: OrgId;
  /** Digest of the request, which is beside the record's statement. */
  readonly digest: string;
  readonly id: NoticeId;
  readonly section: Section;
}

/** What a member asks about its keys, for the hub; only the member and the hub read this part. */
export interface KeyRequestPart {
  readonly type: 'key-request';
  /** Digest of the request, which is beside the record's statement. */
  readonly digest: string;
  /** The key that is asked for, or that is to be revoked. */
  readonly kid: string;
}

/** A part that one member is shown together with the statement of its record. */
export type OwnPart = SeedPart | SharePart | UnsharePart | ActPart | UnactPart | AskPart;

const OWN: readonly string[] = [
  'seed',
  'share',
  'unshare',
  'act',
  'unact',
  'ask',
] satisfies OwnPart['type'][];

/** True for a part that the member in its `to` is shown; false for one that only the originator and the hub read. */
export function isOwnPart(part: { readonly type: string }): part is OwnPart {
  return OWN.includes(part.type);
}
