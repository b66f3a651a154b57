import type { Clock } from '../shared/kernel/clock.js';
import { fail } from '../shared/kernel/errors.js';
import type { OrgId } from '../shared/kernel/ids.js';
import { isInForce } from '../shared/trust/directory.js';
import type { DirectoryHolder } from '../shared/trust/directory-holder.js';
import type { Expected, Typ } from '../shared/trust/jws.js';
import type { Signer } from '../shared/trust/keys.js';

/** Whose gateway this is, with the keys that never leave it. */
export interface Identity {
  readonly org: OrgId;
  readonly clock: Clock;
  readonly directory: DirectoryHolder;
  readonly noticeSigner: Signer;
  readonly receiptSigner: Signer;
}

/** What must hold for a statement of the hub. `audience`: the federation, or this organisation. */
export function expectHub({ directory, clock }: Identity, typ: Typ, audience: string): Expected {
  const { key } = directory.current();
  return { typ, use: 'hub', key, now: clock(), issuer: 'hub', audience };
}

/** False while the directory does not list an own key, or as revoked or spent: what that signs, nobody believes. */
export function maySign({ directory, clock }: Identity, { kid }: Signer): boolean {
  return isInForce(directory.current().key(kid), clock());
}

/** Throws `not-ready` where it may not: better nothing is signed, and comes again. */
export function requireKey(identity: Identity, signer: Signer): void {
  if (maySign(identity, signer)) return;
  throw fail(
    'not-ready',
    `the directory does not list the key \`${signer.kid}\` of this gateway as good now`,
  );
}

export function federationOf({ directory }: Identity): string {
  return directory.current().federation;
}

/** Who may be named in a draft. */
export function memberIds({ directory }: Identity): readonly OrgId[] {
  return [...directory.current().organisations.keys()];
}
