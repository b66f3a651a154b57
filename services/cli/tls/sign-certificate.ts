import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { LiaisonError } from '../../shared/kernel/errors.js';
import type { Home } from '../../shared/runtime/home.js';
import { type Certificate, openCertificate } from '../../shared/trust/tls/certificate.js';
import { DAY_MS } from '../init/key-entry.js';
import { makePrivateFolder } from '../init/make-folder.js';

/** The folder of the certificate authority of a hub: `cert.pem` and `key.pem`. */
export const authorityFolder = (home: Home): string => join(dirname(home.rootKey), 'tls');

const AUTHORITY_DAYS = 3650;
/** How long a certificate of the hub's own processes is valid. */
export const CERTIFICATE_DAYS = 825;
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-sha256'];

/** Creates the certificate authority of a hub, for so many days. Throws `config-invalid` when `openssl` fails. */
export async function createAuthority(home: Home, days = AUTHORITY_DAYS): Promise<void> {
  const folder = authorityFolder(home);
  const [key, out] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  makePrivateFolder(folder);
  const words = ['-x509', ...NEW_KEY, '-keyout', key, '-out', out, '-days', String(days)];
  const extensions = ['basicConstraints=critical,CA:TRUE,pathlen:0', 'keyUsage=critical,keyCertSign,cRLSign'];
  await openssl([...words, '-subj', '/CN=Liaison authority'], extensions);
  for (const path of [key, out]) chmodSync(path, 0o600);
}

/** Reads a certificate. */
export const readCertificate = (path: string): Certificate => openCertificate(readFileSync(path));

/** Returns the whole days that are left of a certificate. */
export function daysLeft({ validTo }: Pick<Certificate, 'validTo'>, now: Date): number {
  return Math.floor((validTo.getTime() - now.getTime()) / DAY_MS);
}

interface SignCertificateParams {
  readonly name: string;
  /** The host names of a server; empty for a client, whose certificate does not allow it to act as a server. */
  readonly hosts: readonly string[];
  /** The path of the certificate. */
  readonly out: string;
  readonly days: number;
  /** Where to write a new private key, or the certificate request (DER) of a key elsewhere, of which only the key is used. */
  readonly key: { readonly out: string } | { readonly request: string };
}

/**
 * Signs a certificate with the authority of a hub. Throws `config-invalid` when `openssl` fails, also for a request that its
 * key did not sign.
 */
export async function signCertificate(
  home: Home,
  { name, hosts, out, days, key }: SignCertificateParams,
): Promise<void> {
  const names = [...new Set(hosts)].map((host) => `${isIP(host) === 0 ? 'DNS' : 'IP'}:${host}`);
  const extensions = [
    'basicConstraints=critical,CA:FALSE',
    'keyUsage=critical,digitalSignature',
    `extendedKeyUsage=clientAuth${names.length > 0 ? ',serverAuth' : ''}`,
    ...(names.length > 0 ? [`subjectAltName=${names.join(',')}`] : []),
  ];
  const folder = authorityFolder(home);
  const by = ['-CA', join(folder, 'cert.pem'), '-CAkey', join(folder, 'key.pem')];
  const of =
    'request' in key
      ? ['-in', key.request, '-inform', 'DER', '-verify', '-sha256']
      : [...NEW_KEY, '-keyout', key.out];
  const words = ['-x509', ...by, ...of, '-out', out, '-subj', `/CN=${name}`, '-days', String(days)];
  await openssl(words, extensions);
  for (const path of [out, ...('out' in key ? [key.out] : [])]) chmodSync(path, 0o600);
}

/** Creates a private key, and the request (DER) for its certificate. Throws `config-invalid` when `openssl` fails. */
export async function createCertificateRequest(paths: {
  readonly key: string;
  readonly request: string;
}): Promise<void> {
  const files = ['-keyout', paths.key, '-outform', 'DER', '-out', paths.request];
  await openssl(['-new', ...NEW_KEY, ...files, '-subj', '/CN=site'], []);
  chmodSync(paths.key, 0o600);
}

/** Calls `work` with a folder for temporary files, and removes it afterwards. */
export async function withScratchFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const scratch = mkdtempSync(join(tmpdir(), 'liaison-tls-'));
  try {
    return await work(scratch);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** Runs `openssl req` with its own configuration: the system's would make every certificate an authority. */
function openssl(words: readonly string[], extensions: readonly string[]): Promise<void> {
  return withScratchFolder(async (scratch) => {
    const config = join(scratch, 'openssl.cnf');
    const lines = ['[req]', 'distinguished_name=dn', 'x509_extensions=ext', '[dn]', '[ext]', ...extensions];
    writeFileSync(config, `${lines.join('\n')}\n`);
    try {
      await promisify(execFile)('openssl', ['req', '-config', config, ...words]);
    } catch (cause) {
      throw new LiaisonError('config-invalid', '`openssl` failed; creating certificates requires version 3', {
        cause,
      });
    }
  });
}
