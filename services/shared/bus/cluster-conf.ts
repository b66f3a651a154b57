import { join } from 'node:path';

/** How long a new socket may take to present a certificate, and then again to sign with a known key, in seconds. */
export const HANDSHAKE_TIMEOUT_S = 5;

/** The settings of a server in a cluster. Both sides of every connection show a certificate, between servers too. */
export interface ClusterPart {
  /** `host:port` for the other servers. */
  readonly listen: string;
  /** The same address with the host name of its certificate. */
  readonly advertise: string;
  /** `host:port` of each other server. */
  readonly routes: readonly string[];
  /** A folder with `ca.pem`, `cert.pem` and `key.pem`, relative to the working directory of the server. */
  readonly tls: string;
  /** A file beside the configuration that defines `LIAISON_JS_KEY`, for a server started without environment variables. */
  readonly cipherKeyFile: string;
}

/** Returns the lines of nats-server's configuration for TLS and the cluster. */
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
    // Otherwise servers announce IP addresses, which no certificate names, and retry them in vain many times a second.
    `  advertise: ${quote(advertise)}`,
    // Clients know every address from their settings; a server would announce IP addresses, which no certificate names.
    '  no_advertise: true',
    ...tlsLines(tls).map((line) => `  ${line}`),
    `  routes: [${routes.map((route) => quote(`nats-route://${route}`)).join(', ')}]`,
    '}',
  ];
}

/**
 * Returns the lines that require TLS 1.3 and a certificate of both sides. `folder` holds `ca.pem`, `cert.pem` and `key.pem`; it is
 * relative to the working directory of the server.
 */
export function tlsLines(folder: string): readonly string[] {
  return [
    'tls {',
    `  cert_file: ${quote(join(folder, 'cert.pem'))}`,
    `  key_file: ${quote(join(folder, 'key.pem'))}`,
    `  ca_file: ${quote(join(folder, 'ca.pem'))}`,
    '  verify: true',
    '  min_version: "1.3"',
    `  timeout: ${HANDSHAKE_TIMEOUT_S}`,
    '}',
  ];
}

function quote(text: string): string {
  return JSON.stringify(text);
}
