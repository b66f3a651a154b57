import type { Clock } from '../shared/kernel/clock.js';
import { fail } from '../shared/kernel/errors.js';
import type { OrgId } from '../shared/kernel/ids.js';
import { type Directory, isInForce } from '../shared/trust/directory.js';
import { memberState, sinceOf } from '../shared/trust/directory/member-state.js';
import type { DirectoryHolder } from '../shared/trust/directory-holder.js';
import type { Expected, Typ } from '../shared/trust/jws.js';
import type { Signer } from '../shared/trust/keys.js';
import { writtenContract } from '../shared/wire/contract.js';
import type { MemberState } from '../shared/wire/shown-member.js';

/** The organisation of a gateway, its clock, its directory and the signing keys that never leave it. */
export interface Identity {
  readonly org: OrgId;
  readonly clock: Clock;
  readonly directory: DirectoryHolder;
  readonly noticeSigner: Signer;
  readonly receiptSigner: Signer;
}

/** What verifies the own statements of this organisation. */
export type OwnIdentity = Pick<Identity, 'clock' | 'org'> & {
  readonly directory: Pick<Identity['directory'], 'current'>;
};

/** Returns what a JWS of the hub must satisfy. `audience` is the federation or this organisation. */
export function expectHub({ directory, clock }: OwnIdentity, typ: Typ, audience: string): Expected {
  const { key } = directory.current();
  return { typ, use: 'hub', key, now: clock(), issuer: 'hub', audience };
}

/** True while the directory lists this key as in force: only then do recipients accept its signatures. */
export function maySign({ directory, clock }: Identity, { kid }: Signer): boolean {
  return isInForce(directory.current().key(kid), clock());
}

/** What says which organisations are members now. */
export interface Members {
  readonly clock: Clock;
  readonly directory: { readonly current: () => Pick<Directory, 'organisations'> };
}

/** What the directory that this gateway holds says of a member now, and since when. */
export function memberNow(
  { directory, clock }: Members,
  org: string,
): { readonly state: MemberState; readonly since: Date | undefined } {
  const member = directory.current().organisations.get(org as OrgId) ?? {};
  const state = memberState(member, clock());
  return { state, since: sinceOf(member, state) };
}

/** Returns the state of a member for a view that names it; empty for a member in force. */
export function membershipOf(members: Members, org: string): { readonly membership?: MemberState } {
  const { state } = memberNow(members, org);
  return state === 'member' ? {} : { membership: state };
}

/** Throws `not-ready` unless `maySign`, so that work is tried again later instead of signed in vain. */
export function requireKey(identity: Identity, signer: Signer): void {
  if (maySign(identity, signer)) return;
  throw fail(
    'not-ready',
    `the directory does not list the key \`${signer.kid}\` of this gateway as in force`,
  );
}

/** The name of the federation, from the directory. */
export function federationOf({ directory }: Pick<OwnIdentity, 'directory'>): string {
  return directory.current().federation;
}

/** The contract in which this gateway writes its frames: the newest that it and the hub both speak. */
export function frameContract({ directory }: Identity): number {
  return writtenContract(directory.current().hub.contract);
}

/** The ids of all members in the directory, this organisation included. */
export function memberIds({ directory }: Identity): readonly OrgId[] {
  return [...directory.current().organisations.keys()];
}
