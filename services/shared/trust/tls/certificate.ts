import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';

/** An X.509 certificate of TLS. */
export interface Certificate {
  readonly validTo: Date;
  /** The host names and addresses of a server. */
  readonly names: readonly string[];
  /** The curve of its key in OpenSSL's name; undefined for another kind of key. */
  readonly curve: string | undefined;
  /** True for a name or address for which the server may answer. */
  readonly isFor: (host: string) => boolean;
  /** True when its key is the public half of this private key (PEM). */
  readonly fits: (privateKey: string | Uint8Array) => boolean;
  /** True when the key of this certificate (PEM) signed it. */
  readonly isSignedBy: (authority: string) => boolean;
}

/** Reads a certificate in PEM. Throws the error of `node:crypto`. */
export function openCertificate(pem: string | Uint8Array): Certificate {
  const certificate = new X509Certificate(pem);
  const { publicKey, subjectAltName, validTo } = certificate;
  return {
    validTo: new Date(validTo),
    names: subjectAltName?.split(', ').map((name) => name.replace(/^(?:DNS|IP Address):/, '')) ?? [],
    curve: publicKey.asymmetricKeyDetails?.namedCurve,
    isFor: (host) =>
      (isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)) !== undefined,
    fits: (privateKey) => certificate.checkPrivateKey(createPrivateKey(Buffer.from(privateKey))),
    isSignedBy: (authority) => certificate.verify(new X509Certificate(authority).publicKey),
  };
}
