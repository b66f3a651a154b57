import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { LiaisonError } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import type { Home } from '../../shared/runtime/home.js';
import { gatewayName, routerNumbers } from '../home/process-names.js';
import type { BrokerNode, Layout } from './layout.js';
import { makePrivateFolder } from './make-folder.js';

/** The holder of a certificate. */
interface Holder {
  readonly name: string;
  /** The folder of `ca.pem`, `cert.pem` and `key.pem`. */
  readonly folder: string;
  /** The host names of a server; empty for a client certificate. */
  readonly hosts: readonly string[];
}

const AUTHORITY_DAYS = 3650;
const CERTIFICATE_DAYS = 825;

/**
 * Creates the certificate authority of the demonstration, and a certificate for every server and process, with `openssl`.
 * A process gets a client certificate, which does not allow it to act as a server of the cluster. Throws `config-invalid`
 * when `openssl` fails.
 */
export async function writeCertificates(home: Home, orgs: readonly OrgId[], layout: Layout): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'liaison-ca-'));
  const authority = join(dirname(home.rootKey), 'tls');
  try {
    makePrivateFolder(authority);
    await signAuthority(scratch, authority);
    await Promise.all(holders(home, orgs, layout).map((holder) => sign(scratch, authority, holder)));
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function holders(home: Home, orgs: readonly OrgId[], { nodes, routers }: Layout): readonly Holder[] {
  const caller = (name: string, folder: string): Holder => ({ name, folder: join(folder, 'tls'), hosts: [] });
  return [
    ...nodes.map(({ name, route }: BrokerNode) => ({
      name,
      folder: home.nats(name, 'tls'),
      hosts: [name, route.replace(/:\d+$/, '')],
    })),
    ...routerNumbers(routers).map((number) => caller(`router-${number}`, home.router(number))),
    ...(['auditor', 'console', 'operator', 'provision'] as const).map((role) => caller(role, home.hub(role))),
    ...orgs.map((org) => caller(gatewayName(org), home.org(org))),
  ];
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-sha256'];

async function signAuthority(scratch: string, folder: string): Promise<void> {
  const extensions = ['basicConstraints=critical,CA:TRUE,pathlen:0', 'keyUsage=critical,keyCertSign,cRLSign'];
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=Liaison demonstration authority', '-days', String(AUTHORITY_DAYS)];
  await openssl(scratch, { name: 'authority', extensions, words: [...KEY, ...files, ...subject] });
  closeFiles(folder, ['key.pem', 'cert.pem']);
}

async function sign(scratch: string, authority: string, { name, folder, hosts }: Holder): Promise<void> {
  makePrivateFolder(folder);
  const names = [...new Set(hosts)].map((host) => `${isIP(host) === 0 ? 'DNS' : 'IP'}:${host}`);
  const extensions = [
    'basicConstraints=critical,CA:FALSE',
    'keyUsage=critical,digitalSignature',
    `extendedKeyUsage=clientAuth${names.length > 0 ? ',serverAuth' : ''}`,
    ...(names.length > 0 ? [`subjectAltName=${names.join(',')}`] : []),
  ];
  const by = ['-CA', join(authority, 'cert.pem'), '-CAkey', join(authority, 'key.pem')];
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')];
  const subject = ['-subj', `/CN=${name}`, '-days', String(CERTIFICATE_DAYS)];
  await openssl(scratch, { name, extensions, words: [...KEY, ...by, ...files, ...subject] });
  copyFileSync(join(authority, 'cert.pem'), join(folder, 'ca.pem'));
  closeFiles(folder, ['key.pem', 'cert.pem', 'ca.pem']);
}

function closeFiles(folder: string, names: readonly string[]): void {
  for (const name of names) chmodSync(join(folder, name), 0o600);
}

interface CertificateRequest {
  readonly name: string;
  readonly extensions: readonly string[];
  readonly words: readonly string[];
}

/**
 * Runs `openssl req` with its own configuration: the system's would make every certificate an authority.
 */
async function openssl(scratch: string, { name, extensions, words }: CertificateRequest): Promise<void> {
  const config = join(scratch, `${name}.cnf`);
  const lines = ['[req]', 'distinguished_name=dn', 'x509_extensions=ext', '[dn]', '[ext]', ...extensions];
  writeFileSync(config, `${lines.join('\n')}\n`);
  try {
    await promisify(execFile)('openssl', ['req', '-x509', '-config', config, ...words]);
  } catch (cause) {
    throw new LiaisonError('config-invalid', '`openssl` failed; creating certificates requires version 3', {
      cause,
    });
  }
}
