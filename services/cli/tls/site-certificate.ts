import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeBase64url, encodeBase64url } from '../../shared/kernel/base64url.js';
import { fail, LiaisonError } from '../../shared/kernel/errors.js';
import type { Home } from '../../shared/runtime/home.js';
import { openCertificate } from '../../shared/trust/tls/certificate.js';
import { gatewayName } from '../home/process-names.js';
import { makePrivateFolder } from '../init/make-folder.js';
import { writeSecret } from '../init/secrets.js';
import {
  authorityFolder,
  createCertificateRequest,
  daysLeft,
  readCertificate,
  signCertificate,
  withScratchFolder,
} from './sign-certificate.js';

/** The certificate of a gateway as a client of the broker, and that of the hub's authority, in PEM. */
export interface ClientCertificate {
  readonly certificate: string;
  readonly authority: string;
}

/** Creates the TLS key of a site in a folder; returns the request for its certificate (DER, in base64url). */
export async function createTlsKey(folder: string): Promise<string> {
  makePrivateFolder(folder);
  return withScratchFolder(async (scratch) => {
    const request = join(scratch, 'request.der');
    await createCertificateRequest({ key: join(folder, 'key.pem'), request });
    return encodeBase64url(readFileSync(request));
  });
}

interface CertificateAsked {
  readonly id: string;
  /** The request for the certificate (DER, in base64url). */
  readonly csr: string;
}

/**
 * Signs the client certificate of a member until a day or two before the hub's authority ends: the broker authenticates the
 * member by its nkey, and the certificate only lets it encrypt. Of the request only the key counts, which must be of P-256 and
 * have signed it. Throws `key-invalid` for another one.
 */
export function issueCertificate(
  home: Home,
  { id, csr }: CertificateAsked,
  now: Date,
): Promise<ClientCertificate> {
  return withScratchFolder(async (scratch) => {
    const [request, out] = [join(scratch, 'request.der'), join(scratch, 'cert.pem')];
    writeFileSync(request, decodeBase64url(csr));
    const authority = join(authorityFolder(home), 'cert.pem');
    // Less than what is left: `now` is some time before the signature, and the certificate may not outlive its authority.
    const days = daysLeft(readCertificate(authority), now) - 1;
    const holder = { name: gatewayName(id), hosts: [], out, days, key: { request } };
    await signCertificate(home, holder).catch((error: unknown) => {
      throw new LiaisonError('key-invalid', 'the request for a certificate is not signed by its key', {
        cause: error,
      });
    });
    if (readCertificate(out).curve !== 'prime256v1')
      throw fail('key-invalid', 'the key of the request for a certificate is not of the curve P-256');
    return { certificate: readFileSync(out, 'utf8'), authority: readFileSync(authority, 'utf8') };
  });
}

/**
 * Checks that a certificate is of the key in this folder and of the authority beside it. Throws `welcome-foreign`, and `key-invalid`
 * for one that cannot be read.
 */
export function requireOwnCertificate(folder: string, tls: ClientCertificate): void {
  if (isOwn(readFileSync(join(folder, 'key.pem')), tls)) return;
  throw fail('welcome-foreign', 'the welcome has the certificate of another key than that of this site');
}

function isOwn(key: Uint8Array, { certificate, authority }: ClientCertificate): boolean {
  try {
    const own = openCertificate(certificate);
    return own.fits(key) && own.isSignedBy(authority);
  } catch (cause) {
    throw new LiaisonError('key-invalid', 'the welcome has a certificate that cannot be read', { cause });
  }
}

/** Writes the certificates beside the key of this site. */
export function writeClientCertificate(folder: string, { certificate, authority }: ClientCertificate): void {
  writeSecret(join(folder, 'cert.pem'), certificate);
  writeSecret(join(folder, 'ca.pem'), authority);
}
