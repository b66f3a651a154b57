import { type OrgId, parseOrgId } from '../shared/kernel/ids.js';
import type { Directory } from '../shared/trust/directory.js';
import { openDelivered } from '../shared/trust/open-notice.js';
import { disclosedDigest } from '../shared/trust/redact.js';
import { verifyProof } from '../shared/trust/proof.js';
import type { Held } from './gateway-http.js';

/**
 * True when the directory alone proves a held notice: its originator signed it, and the hub signed that exactly these
 * disclosures of it were delivered to this recipient.
 */
export async function verifyHeld(
  { originator, raw }: Held,
  {
    recipient,
    directory,
    now,
  }: { readonly recipient: OrgId; readonly directory: Directory; readonly now: Date },
): Promise<boolean> {
  try {
    const notice = await openDelivered(raw.sdJwt, { directory, originator: parseOrgId(originator), now });
    const { claims, part } = await verifyProof(raw.statement, raw.proof, {
      typ: 'delivery+jws',
      use: 'hub',
      key: directory.key,
      now,
      issuer: 'hub',
      audience: recipient,
    });
    const { jti, digest, disclosed } = Object(part) as Partial<Record<string, unknown>>;
    const says = [claims['originator'], jti, digest, disclosed];
    const is = [originator, notice.jti, notice.digest, disclosedDigest(notice)];
    return says.every((value, index) => value === is[index]);
  } catch {
    return false;
  }
}
