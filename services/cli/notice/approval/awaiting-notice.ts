import { fail } from '../../../shared/kernel/errors.js';
import type { Header, Routing } from '../../../shared/notice/notice.js';
import type { Claims } from '../../../shared/trust/jws.js';
import { hashSdJwt, readDisclosed } from '../../../shared/trust/sd-jwt.js';
import { signNoticeApproval } from '../../../shared/trust/signers/notice-approval.js';
import { readPersonSigner } from '../../../shared/trust/signers/person-signer.js';
import { claimsIn } from '../../../shared/trust/token-claims.js';

/** What an approver signs: the claims of a notice, with the disclosures that their digests name. */
export interface AwaitingNotice {
  readonly claims: Claims;
  readonly header: Header;
  readonly routing: Routing;
  readonly sections: Readonly<Record<string, unknown>>;
}

/** Reads the claims and the disclosures that they refer to. Throws `disclosure-invalid` for any other disclosure. */
export function readAwaiting(answer: unknown): AwaitingNotice {
  const { jwt, disclosures } = hashSdJwt((answer as { readonly notice: string }).notice);
  const claims = claimsIn(jwt) as Claims;
  const { routing, ...sections } = Object.fromEntries(readDisclosed(claims, disclosures).values);
  return { claims, header: claims['notice'] as Header, routing: routing as Routing, sections };
}

/** The file with the private key of a person, and the option that names it. */
interface PersonKeyFile {
  readonly path: string;
  readonly option: string;
}

/** Signs the approval of a notice. Throws `usage` for the key of another organisation, and as `readPersonSigner` does. */
export async function signAwaiting(
  { claims, header }: AwaitingNotice,
  { path, option }: PersonKeyFile,
): Promise<string> {
  const signer = await readPersonSigner(path, 'approver');
  if (signer.owner !== header.originator) {
    const message = `\`${signer.kid}\` is not the key of an approver of \`${header.originator}\``;
    throw fail('usage', `\`${option}\`: ${message}`, [{ path: option, message }]);
  }
  return signNoticeApproval(claims, { signer, now: new Date() });
}
