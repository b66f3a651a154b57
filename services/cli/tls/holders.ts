import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Home } from '../../shared/runtime/home.js';
import { routerName, routerNumbers } from '../home/process-names.js';
import { makePrivateFolder } from '../init/make-folder.js';
import { authorityFolder, CERTIFICATE_DAYS, signCertificate } from './sign-certificate.js';

/** The holder of a certificate. */
export interface Holder {
  readonly name: string;
  /** The folder of `ca.pem`, `cert.pem` and `key.pem`. */
  readonly folder: string;
  /** The host names of a server; empty for a client certificate. */
  readonly hosts: readonly string[];
}

/** Returns the folder of the client certificate of a process, beside its keys. */
export const clientFolder = (keys: string): string => join(keys, 'tls');

/** Returns the processes of a hub that are clients of its broker. */
export function hubHolders(home: Home, routers: number): readonly Holder[] {
  const caller = (name: string, keys: string): Holder => ({ name, folder: clientFolder(keys), hosts: [] });
  return [
    ...routerNumbers(routers).map((number) => caller(routerName(number), home.router(number))),
    ...(['auditor', 'console', 'operator', 'provision'] as const).map((role) => caller(role, home.hub(role))),
  ];
}

/** Creates a key and its certificate in the folder of the holder, beside that of the authority. */
export async function writeCertificate(home: Home, { name, folder, hosts }: Holder): Promise<void> {
  makePrivateFolder(folder);
  const file = (path: string): string => join(folder, path);
  const key = { out: file('key.pem') };
  await signCertificate(home, { name, hosts, out: file('cert.pem'), key, days: CERTIFICATE_DAYS });
  copyFileSync(join(authorityFolder(home), 'cert.pem'), file('ca.pem'));
}
