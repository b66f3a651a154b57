import { join } from 'node:path';

/** A server among others: a certificate on both sides of every connection, of clients and between servers. */
export interface ClusterPart {
  /** `host:port` for the other servers. */
  readonly listen: string;
  /** The same by the name that its certificate has. */
  readonly advertise: string;
  /** `host:port` of each other server. */
  readonly routes: readonly string[];
  /** A folder with `ca.pem`, `cert.pem` and `key.pem`. */
  readonly tls: string;
  /** A file beside the configuration that says what `LIAISON_JS_KEY` is, for a server that is given no environment. */
  readonly cipherKeyFile: string;
}

export function clusterLines({
  listen,
  advertise,
  routes,
  tls,
  cipherKeyFile,
}: ClusterPart): readonly string[] {
  return [
    `include ${quote(cipherKeyFile)}`,
    ...tlsLines(tls),
    'cluster {',
    '  name: "liaison"',
    `  listen: ${quote(listen)}`,
    // Else servers tell each other numbers, and try in vain, dozens of times a second, what no certificate names.
    `  advertise: ${quote(advertise)}`,
    // Clients are told every address beforehand; what a server would tell is a number that no certificate names.
    '  no_advertise: true',
    ...tlsLines(tls).map((line) => `  ${line}`),
    `  routes: [${routes.map((route) => quote(`nats-route://${route}`)).join(', ')}]`,
    '}',
  ];
}

function tlsLines(folder: string): readonly string[] {
  return [
    'tls {',
    `  cert_file: ${quote(join(folder, 'cert.pem'))}`,
    `  key_file: ${quote(join(folder, 'key.pem'))}`,
    `  ca_file: ${quote(join(folder, 'ca.pem'))}`,
    '  verify: true',
    '  min_version: "1.3"',
    '  timeout: 20',
    '}',
  ];
}

function quote(text: string): string {
  return JSON.stringify(text);
}
