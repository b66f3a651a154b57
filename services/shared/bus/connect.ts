import { isIP } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type JetStreamClient, type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, errors, type NatsConnection, type NodeConnectionOptions } from '@nats-io/transport-node';
import { isCode, LiaisonError } from '../kernel/errors.js';
import { inboxPrefixOf, type Role } from './accounts.js';
import { logInWithNkey } from './nkeys.js';

/** An event of a connection; `denied` means that the process used a subject that its permissions do not allow. */
export interface ConnectionEvent {
  readonly type: 'disconnected' | 'reconnected' | 'denied' | 'error';
  readonly message: string;
}

/** A connection to one account as one role. `nc`, `js` and `jsm` are for the modules of `bus/` alone. */
export interface Bus {
  readonly name: string;
  /** True when several addresses were given: another server takes over from one that fails. */
  readonly isClustered: boolean;
  readonly nc: NatsConnection;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  isConnected(): boolean;
  /**
   * Resolves when what the process has read from its database is on disk: nothing is published or acknowledged before. Absent
   * where a database can be read again from elsewhere.
   */
  readonly flushed?: (() => Promise<void>) | undefined;
  /** Resolves when the connection is over for good, with the reason if it did not end by `close()`. */
  readonly closed: Promise<LiaisonError | undefined>;
  /** Sends pending messages, then closes. */
  close(): Promise<void>;
}

interface ConnectParams {
  /** One address of a single server, or all addresses of a cluster separated by commas. */
  readonly servers: string;
  /**
   * A folder with `ca.pem`, `cert.pem` and `key.pem` for mutual TLS, in addition to the nkey. Empty or absent: no TLS, for the
   * broker of a demonstration on the loopback interface.
   */
  readonly tls?: string | undefined;
  /** The text of the nkey file; a function is called at each login, so that the nkey can be replaced. */
  readonly seed: string | (() => string);
  readonly role: Role;
  /** The process name that the server's monitoring shows; never an id of a notice or another organisation. */
  readonly name: string;
  readonly onConnectionEvent?: (event: ConnectionEvent) => void;
}

/** How long a request may take before it is repeated; short, so that a frozen server is an error within 5 s. */
const REQUEST_TIMEOUT_MS = 2_000;
const MAX_CONNECT_TRIES = 6;
/** The time between pings in a cluster: a client leaves a server after three unanswered pings. */
const PING_INTERVAL_MS = 1_000;
/** Longer for a single server: no other server takes over, and every ping wakes both processes. */
const SINGLE_PING_INTERVAL_MS = 3_000;
const RETRY_PAUSE_MS = 250;

/**
 * Connects to the broker. Throws `unreachable` when no server answers and `unauthorised` when the key is unknown. Reconnects
 * after a loss until the server has refused the key twice.
 */
export function connectAs(identity: ConnectParams): Promise<Bus> {
  return connectWith(identity, {});
}

async function connectWith(
  identity: ConnectParams,
  more: Pick<NodeConnectionOptions, 'ignoreAuthErrorAbort'>,
): Promise<Bus> {
  const servers = identity.servers.split(',');
  const isClustered = servers.length > 1;
  const nc = await dial({
    servers,
    ...tlsOf(servers, identity.tls),
    // A cluster announces its servers by IP address, which no certificate names; the settings hold every address.
    ignoreClusterUpdates: true,
    authenticator: (nonce) => logInWithNkey(seedOf(identity), nonce),
    inboxPrefix: inboxPrefixOf(identity.role),
    name: identity.name,
    timeout: 5_000,
    // Otherwise the client creates an error with a stack for each request in advance: 30 µs a message.
    noAsyncTraces: true,
    pingInterval: isClustered ? PING_INTERVAL_MS : SINGLE_PING_INTERVAL_MS,
    maxPingOut: 2,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 200,
    reconnectJitter: 100,
    ...more,
  });
  let connected = true;
  void watchConnection(nc, (event) => {
    if (event.type === 'disconnected') connected = false;
    if (event.type === 'reconnected') connected = true;
    identity.onConnectionEvent?.(event);
  });
  const closed = nc.closed().then((error) => {
    connected = false;
    return error ? connectFailure(error) : undefined;
  });
  const js = jetstream(nc, { timeout: REQUEST_TIMEOUT_MS });
  const jsm = await jetstreamManager(nc, { checkAPI: false, timeout: REQUEST_TIMEOUT_MS });
  const { name } = identity;
  return { name, isClustered, nc, js, jsm, closed, isConnected: () => connected, close: () => close(nc) };
}

function seedOf({ seed }: ConnectParams): string {
  return typeof seed === 'string' ? seed : seed();
}

/** Closes the connection and opens it again with the seed of now, as after a loss. Throws the client's error for one that is over. */
export async function logInAgain({ nc }: Pick<Bus, 'nc'>): Promise<void> {
  await nc.reconnect();
}

function tlsOf(servers: readonly string[], folder = ''): Pick<NodeConnectionOptions, 'tls'> {
  if (folder === '') return {};
  const [caFile, certFile, keyFile] = ['ca.pem', 'cert.pem', 'key.pem'].map((name) => join(folder, name));
  const files = { caFile, certFile, keyFile, ...addressToVerify(servers) };
  return { tls: files as Exclude<NodeConnectionOptions['tls'], undefined> };
}

/**
 * Returns the address that the certificate of a single server must name, if its URL has an IP address: the client passes on only
 * host names, and Node would look for `localhost`. The servers of a cluster have host names.
 */
function addressToVerify([server = '', ...others]: readonly string[]): { readonly host?: string } {
  const host = server.replace(/^\w+:\/\//, '').replace(/:\d+$/, '');
  const address = host.replace(/^\[(.*)\]$/, '$1');
  return others.length === 0 && isIP(address) !== 0 ? { host: address } : {};
}

/** Whether the broker accepts an nkey now. */
export type LoginOutcome = 'accepted' | 'refused' | 'unreachable';

/** Logs in with an nkey and leaves at once. Throws what `connectAs` throws besides. */
export async function tryLogin(identity: Parameters<typeof connectAs>[0]): Promise<LoginOutcome> {
  try {
    const bus = await connectAs(identity);
    await bus.close();
    return 'accepted';
  } catch (error) {
    if (isCode(error, 'unauthorised')) return 'refused';
    if (isCode(error, 'unreachable')) return 'unreachable';
    throw error;
  }
}

/**
 * Connects a service, which may start before its broker: waits while no server answers, and reconnects
 * for ever, even while a busy or misconfigured server refuses the key. Throws `unauthorised` when the
 * key is unknown at the start.
 */
export async function connectService(identity: ConnectParams): Promise<Bus> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await connectWith(identity, { ignoreAuthErrorAbort: true });
    } catch (error) {
      if (!isCode(error, 'unreachable')) throw error;
      if (tries === 1) identity.onConnectionEvent?.({ type: 'disconnected', message: error.message });
      await delay(RETRY_PAUSE_MS);
    }
  }
}

/** Connects, trying again when a server listens but is slow; throws at once when none listens or the key is unknown. */
async function dial(options: NodeConnectionOptions, tries = MAX_CONNECT_TRIES): Promise<NatsConnection> {
  try {
    return await connect(options);
  } catch (error) {
    if (tries > 1 && error instanceof errors.TimeoutError) return dial(options, tries - 1);
    throw connectFailure(error);
  }
}

async function close(nc: NatsConnection): Promise<void> {
  if (nc.isClosed()) return;
  // A drain waits for the server; if the server does not answer, the connection is closed anyway.
  await Promise.race([
    nc.drain(),
    new Promise((resolve) => setTimeout(resolve, REQUEST_TIMEOUT_MS).unref()),
  ]).catch(() => undefined);
  await nc.close();
}

async function watchConnection(nc: NatsConnection, report: (event: ConnectionEvent) => void): Promise<void> {
  for await (const status of nc.status()) {
    switch (status.type) {
      case 'disconnect':
        report({ type: 'disconnected', message: 'connection lost' });
        break;
      case 'reconnect':
        report({ type: 'reconnected', message: 'connection is back' });
        break;
      case 'error': {
        const denied = status.error instanceof errors.PermissionViolationError;
        report({ type: denied ? 'denied' : 'error', message: status.error.message });
        break;
      }
      case 'slowConsumer':
        report({ type: 'error', message: 'slow consumer' });
        break;
      case 'ping':
      case 'reconnecting':
      case 'update':
      case 'ldm':
      case 'staleConnection':
      case 'forceReconnect':
      case 'close':
        break;
    }
  }
}

function connectFailure(error: unknown): LiaisonError {
  // The client throws the same error for an unknown key and for a handshake that took too long.
  const late = error instanceof Error && /timeout/i.test(error.message);
  const refused =
    error instanceof errors.AuthorizationError || error instanceof errors.UserAuthenticationExpiredError;
  const unknownKey = refused && !late;
  const words = unknownKey ? 'the broker does not know this key' : 'the broker cannot be reached';
  return new LiaisonError(unknownKey ? 'unauthorised' : 'unreachable', words, { cause: error });
}
