/** What `org list`, `org show` and the console show of members and their keys. Dates are ISO 8601. */

/** What the directory says of a member: in force, or why it exchanges no notices. */
export type MemberState = 'member' | 'suspended' | 'leaving' | 'left';

/** A key of the directory. */
export interface ShownKey {
  readonly kid: string;
  readonly owner: string;
  readonly use: string;
  readonly person: string | null;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly revokedAt: string | null;
  readonly state: 'in force' | 'not yet' | 'expired' | 'revoked';
}

/** A use of a member's keys. */
export interface ShownKeyUse {
  readonly use: string;
  /** When the member has no key in force for it any more; null if it has none now. */
  readonly until: string | null;
  /** `soon`: that end is near, and no key follows. */
  readonly state: 'good' | 'soon' | 'ended';
}

/** A member as the directory lists it. */
export interface MemberSummary {
  readonly id: string;
  readonly name: string;
  readonly state: MemberState;
  readonly suspendedAt: string | null;
  readonly leavingAt: string | null;
  readonly leftAt: string | null;
  /** How people at the hub reach it. */
  readonly contact: string | null;
  /** The newest contract that its gateway speaks. */
  readonly contract: number;
  readonly uses: readonly ShownKeyUse[];
  /** When the first of its uses has no key in force any more; null if one has none now. */
  readonly keysEnd: string | null;
}
