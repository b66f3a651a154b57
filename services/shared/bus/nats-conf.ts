import type { Account, User } from './accounts.js';
import { HUB_ACCOUNTS } from './accounts.js';
import { clusterLines, type ClusterPart, HANDSHAKE_TIMEOUT_S, tlsLines } from './cluster-conf.js';

/** The settings of one server. */
export interface NatsConfParams {
  readonly name: string;
  /** `host:port` for clients. */
  readonly listen: string;
  /** `host:port` for monitoring: on the loopback interface, or on a network of the hub only. */
  readonly monitor: string;
  /** The data folder, relative to the server's working directory, which is the folder of its configuration. */
  readonly dataDir: string;
  readonly accounts: readonly Account[];
  /** How many descriptors the server may open; absent if unknown, and then assumed to be large. */
  readonly descriptors?: number | undefined;
  /** The folder of the certificates of a single server (`tlsLines`); absent for one without TLS on the loopback interface. */
  readonly tls?: string;
  /** Absent for a single server. */
  readonly cluster?: ClusterPart;
  /**
   * The folder of the files of single accounts (`accountConf`), relative to the configuration; absent where it holds the
   * accounts itself. An account of its own file is added by a reload, which disconnects no client.
   */
  readonly accountFiles?: string;
  /** Bytes of the store kept for accounts to come: a reload cannot raise the total. */
  readonly reserved?: number;
  /** Returns the public nkeys of a user. */
  readonly publicKeys: PublicKeysOf;
}

/** Returns the public nkeys with which a user of an account may log in: one, or two while the next one replaces it. */
type PublicKeysOf = (account: string, user: User) => readonly string[];

/**
 * Maximum bytes of a message; the broker refuses larger ones. Frames have at most 512 KiB; the rest is for the report,
 * narrowings and headers of a resend.
 */
export const MAX_PAYLOAD = 1024 * 1024;
const LIMITS = { max_connections: 256, max_subscriptions: 4_096 };

/** Sockets allowed besides those of known keys: a stranger's socket counts until `HANDSHAKE_TIMEOUT_S` has passed. */
const STRANGERS = 10_000;
/**
 * Connections allowed for each key. Each connects once; the rest is for broken connections not closed yet, and for people.
 */
const CONNECTIONS_EACH_KEY = 4;
/** Descriptors reserved for the files of each stream and for the server itself. */
const DESCRIPTORS = { eachStream: 4, server: 256 };

/**
 * Returns how many sockets a server of these accounts accepts, so that strangers cannot take the descriptors that the store
 * needs to write messages of members. `descriptors` is how many the server may open.
 */
export function maxConnections(accounts: readonly Account[], descriptors = Number.POSITIVE_INFINITY): number {
  const keys = accounts.reduce((sum, { users }) => sum + users.length, 0);
  const streams = accounts.reduce((sum, { jetstream }) => sum + (jetstream?.maxStreams ?? 0), 0);
  const members = keys * CONNECTIONS_EACH_KEY;
  const room = descriptors - DESCRIPTORS.server - streams * DESCRIPTORS.eachStream;
  return Math.max(members, Math.min(members + STRANGERS, room));
}

/**
 * Returns the configuration of nats-server 2.10 and newer. Permissions are allow-lists; there are no exports, imports,
 * websocket, MQTT, leaf nodes or `no_auth_user`. Without `LIAISON_JS_KEY`, the cipher key, the server refuses to start.
 */
export function natsConf(server: NatsConfParams): string {
  const { accounts, accountFiles, publicKeys, reserved = 0 } = server;
  const total = accounts.reduce((sum, { jetstream }) => sum + (jetstream?.maxFile ?? 0), reserved);
  return [
    '# Written by `init`: change the permission table in the sources, not this file',
    `server_name: ${quote(server.name)}`,
    `listen: ${quote(server.listen)}`,
    `http: ${quote(server.monitor)}`,
    ...(server.tls === undefined ? [] : tlsLines(server.tls)),
    ...(server.cluster === undefined ? [] : clusterLines(server.cluster)),
    `max_payload: ${MAX_PAYLOAD}`,
    // A connection that was cut off is closed after three pings; until then messages are sent into it in vain.
    `ping_interval: ${quote(server.cluster === undefined ? '10s' : '1s')}`,
    'write_deadline: "5s"',
    `max_connections: ${maxConnections(server.accounts, server.descriptors)}`,
    // With the default of 2 s a client on a busy machine is refused as unknown while it is still signing.
    `authorization { timeout: ${HANDSHAKE_TIMEOUT_S} }`,
    'lame_duck_duration: "30s"',
    'lame_duck_grace_period: "2s"',
    'jetstream {',
    `  store_dir: ${quote(server.dataDir)}`,
    '  max_memory_store: 0',
    `  max_file_store: ${total}`,
    // Has no effect outside this block; with the default a power cut loses two minutes of acknowledged messages.
    '  sync_interval: always',
    '  cipher: chachapoly',
    '  key: $LIAISON_JS_KEY',
    '}',
    `system_account: ${quote(HUB_ACCOUNTS.system)}`,
    'accounts {',
    ...accounts.flatMap((account) =>
      accountFiles === undefined
        ? accountLines(account, publicKeys)
        : [`  include ${quote(`${accountFiles}/${account.name}.conf`)}`],
    ),
    '}',
    '',
  ].join('\n');
}

/** Returns the file of one account, which `natsConf` includes by its name. */
export function accountConf(account: Account, publicKeys: PublicKeysOf): string {
  return [...accountLines(account, publicKeys), ''].join('\n');
}

function accountLines({ name, jetstream, users }: Account, publicKeys: PublicKeysOf): readonly string[] {
  const limits = Object.entries(LIMITS).map(([limit, value]) => `${limit}: ${value}`);
  return [
    `  ${quote(name)} {`,
    ...(jetstream === undefined
      ? []
      : [
          `    jetstream: { max_mem: 0, max_file: ${jetstream.maxFile}, max_streams: ${jetstream.maxStreams}, ` +
            `max_consumers: ${jetstream.maxConsumers} }`,
        ]),
    ...(users.length === 0 ? [] : [`    limits: { ${limits.join(', ')} }`]),
    '    users: [',
    ...users.flatMap((user) => publicKeys(name, user).flatMap((nkey) => userLines(user, nkey))),
    '    ]',
    '  }',
  ];
}

/** Always writes both lists, because a missing list allows everything; an empty one is written as `deny: [">"]`. */
function userLines({ role, of, publish, subscribe }: User, nkey: string): readonly string[] {
  const list = (subjects: readonly string[]): string =>
    subjects.length === 0 ? '{ deny: [">"] }' : `{ allow: [${subjects.map(quote).join(', ')}] }`;
  return [
    `      # ${[role, of].filter((part) => part !== undefined).join(' ')}`,
    `      { nkey: ${quote(nkey)}, permissions: {`,
    `        publish: ${list(publish)}`,
    `        subscribe: ${list(subscribe)}`,
    '      } }',
  ];
}

function quote(text: string): string {
  return JSON.stringify(text);
}
