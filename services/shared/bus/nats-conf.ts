import type { Account, User } from './accounts.js';
import { HUB_ACCOUNTS } from './accounts.js';
import { clusterLines, type ClusterPart } from './cluster-conf.js';

interface Server {
  readonly name: string;
  /** `host:port` for clients. */
  readonly listen: string;
  /** `host:port`: on the loopback interface, or on a network that the hub alone is on. */
  readonly monitor: string;
  readonly dataDir: string;
  readonly accounts: readonly Account[];
  /** Absent: it stands alone, on the loopback interface. */
  readonly cluster?: ClusterPart;
  /** The public nkey of a user of an account. */
  readonly publicKey: (account: string, user: User) => string;
}

/** Frames are at most 512 KiB; the rest is a resend's report and headers. */
const MAX_PAYLOAD = 1024 * 1024;
const LIMITS = { max_connections: 256, max_subscriptions: 4_096 };

/**
 * The configuration of nats-server, for 2.10 and newer. Allow-lists only; no exports, imports, websocket, MQTT, leaf
 * nodes or `no_auth_user`. The cipher key comes from `LIAISON_JS_KEY`: without it the server refuses to start.
 */
export function natsConf(server: Server): string {
  const total = server.accounts.reduce((sum, { jetstream }) => sum + (jetstream?.maxFile ?? 0), 0);
  return [
    '# Written by `init`: change the permission table in the sources, not this file',
    `server_name: ${quote(server.name)}`,
    `listen: ${quote(server.listen)}`,
    `http: ${quote(server.monitor)}`,
    ...(server.cluster === undefined ? [] : clusterLines(server.cluster)),
    `max_payload: ${MAX_PAYLOAD}`,
    // A server that is cut off is let go of in three of these: until then messages go to who does not hear them.
    `ping_interval: ${quote(server.cluster === undefined ? '10s' : '1s')}`,
    'write_deadline: "5s"',
    // The default of 2 s turns a key away as unknown while a busy machine is still signing with it.
    'authorization { timeout: 20 }',
    'lame_duck_duration: "30s"',
    'lame_duck_grace_period: "2s"',
    'jetstream {',
    `  store_dir: ${quote(server.dataDir)}`,
    '  max_memory_store: 0',
    `  max_file_store: ${total}`,
    // Outside this block it does nothing, and the default loses two minutes of acknowledged messages at a power cut.
    '  sync_interval: always',
    '  cipher: chachapoly',
    '  key: $LIAISON_JS_KEY',
    '}',
    `system_account: ${quote(HUB_ACCOUNTS.system)}`,
    'accounts {',
    ...server.accounts.flatMap((account) => accountLines(account, server)),
    '}',
    '',
  ].join('\n');
}

function accountLines({ name, jetstream, users }: Account, { publicKey }: Server): readonly string[] {
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
    ...users.flatMap((user) => userLines(user, publicKey(name, user))),
    '    ]',
    '  }',
  ];
}

/** A missing list would allow everything: both are always written, and nothing allowed is `deny: ">"`. */
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
