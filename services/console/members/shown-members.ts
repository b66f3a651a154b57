/** Answers of the console about members, which the page shows. Imports types alone, so that both sides can use it. */

import type { ReleaseInForce, WaitingKeyRequest } from '../../shared/wire/routed-members.js';
import type { MemberSummary, ShownKey } from '../../shared/wire/shown-member.js';

/** A member in the list. */
export interface ListedMember extends MemberSummary {
  /** The time of its last accepted action, within a day. */
  readonly lastContact: string | null;
  /** Digests of its adopted rules, by layer; null if no router answers. */
  readonly policies: Readonly<Record<string, string>> | null;
  /** Its release of rules in force; null where there is none, or no router answers. */
  readonly release: ReleaseInForce | null;
  /** What it asked about its keys and the hub has not answered; null if no router answers. */
  readonly keyRequests: readonly WaitingKeyRequest[] | null;
}

/** The answer of `/v1/members`, for viewers of the federation. */
export interface ListedMembers {
  readonly now: string;
  /** The version of the directory. */
  readonly version: number;
  /** The contract that the hub writes. */
  readonly contract: number;
  /** When the policies of all members together were last adopted; null if no router says it. */
  readonly policiesSince: string | null;
  /** In the order of the directory. */
  readonly members: readonly ListedMember[];
}

/** The answer of `/v1/members/<id>`: one member with every key that the directory lists. */
export interface OpenedMember extends ListedMember {
  readonly now: string;
  readonly policiesSince: string | null;
  readonly keys: readonly ShownKey[];
}
