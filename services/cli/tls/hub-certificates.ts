import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Home } from '../../shared/runtime/home.js';
import { routersOf } from '../init/routers.js';
import { type Holder, hubHolders, writeCertificate } from './holders.js';
import {
  authorityFolder,
  CERTIFICATE_DAYS,
  createAuthority,
  daysLeft,
  readCertificate,
} from './sign-certificate.js';

interface HubCertificatesParams {
  /** `host:port` of the broker. */
  readonly listen: string;
  /** Further names and addresses under which members reach the broker; those of its certificate stay. */
  readonly hosts?: readonly string[];
  readonly now: Date;
}

/** Returns the holders of the certificates that the processes of a hub use. */
export const holdersOf = (home: Home, hosts: readonly string[] = []): readonly Holder[] => [
  { name: 'nats', folder: home.nats('tls'), hosts },
  ...hubHolders(home, routersOf(home)),
];

/**
 * Creates the authority of a hub where it has none, and a certificate for its broker and each of its processes where one is
 * missing, has less than a third of its life left, does not fit its key or lacks a name. Throws `config-invalid` when `openssl`
 * fails.
 */
export async function renewHubCertificates(home: Home, params: HubCertificatesParams): Promise<void> {
  const { listen, hosts = [], now } = params;
  if (!existsSync(join(authorityFolder(home), 'key.pem'))) await createAuthority(home);
  const all = holdersOf(home, [hostOf(listen), ...hosts, ...namesOf(home.nats('tls'))]);
  const spent = all.filter((holder) => !isGood(holder, now));
  await Promise.all(spent.map((holder) => writeCertificate(home, holder)));
}

const hostOf = (address: string): string => address.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');

/** Returns the host names and addresses of the certificate in a folder; none where it is missing. */
function namesOf(folder: string): readonly string[] {
  const path = join(folder, 'cert.pem');
  return existsSync(path) ? readCertificate(path).names : [];
}

function isGood({ folder, hosts }: Holder, now: Date): boolean {
  const file = (name: string): string => join(folder, name);
  if (!['key.pem', 'cert.pem', 'ca.pem'].every((name) => existsSync(file(name)))) return false;
  const certificate = readCertificate(file('cert.pem'));
  return (
    daysLeft(certificate, now) > CERTIFICATE_DAYS / 3 &&
    hosts.every(certificate.isFor) &&
    certificate.fits(readFileSync(file('key.pem')))
  );
}
