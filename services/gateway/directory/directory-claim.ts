import type { KeptEvidence } from '../../shared/store/gateway/answers/kept-evidence.js';
import { type Directory, signedVersionIn } from '../../shared/trust/directory.js';
import { signOwed } from '../../shared/verify/owed-claim.js';
import { federationOf, type Identity } from '../identity.js';

/** Signs the claim that the hub owes the inclusion of a version of the directory. Returns it as evidence to be kept. */
export async function directoryClaim(
  identity: Identity,
  { digest: record, frame, issuedAt }: Directory,
  arrived: Date,
): Promise<KeptEvidence> {
  const now = identity.clock();
  const by = { signer: identity.noticeSigner, federation: federationOf(identity), now };
  const since = arrived > issuedAt ? arrived : issuedAt;
  const statement = await signOwed({ what: 'directory', owes: 'hub', record, since }, by);
  const { directory, amendment } = signedVersionIn(frame);
  const signed = (amendment ?? directory).statement;
  const bytes = Buffer.from(JSON.stringify({ statement, record: signed }));
  return { what: 'missing', org: 'hub', frame: '', digest: record, bytes, at: now.getTime() };
}
