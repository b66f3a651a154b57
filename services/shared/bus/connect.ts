import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type JetStreamClient, type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream';
import {
  connect,
  errors,
  type NatsConnection,
  type NodeConnectionOptions,
  nkeyAuthenticator,
} from '@nats-io/transport-node';
import { isCode, LiaisonError } from '../kernel/errors.js';
import { inboxPrefixOf, type Role } from './accounts.js';

/** What a process hears of its connection; `denied` means that its permissions and its code disagree. */
export interface Trouble {
  readonly type: 'disconnected' | 'reconnected' | 'denied' | 'error';
  readonly message: string;
}

/** A connection to one account as one role. `nc`, `js` and `jsm` are for the modules of `bus/` alone. */
export interface Bus {
  readonly name: string;
  /** Several addresses were given: another server takes over from one that is gone. Who has one waits for it anyway. */
  readonly isClustered: boolean;
  readonly nc: NatsConnection;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  isConnected(): boolean;
  /** Resolves when the connection is over for good, with the reason if it did not end by `close()`. */
  readonly closed: Promise<LiaisonError | undefined>;
  /** Sends what is under way, then closes. */
  close(): Promise<void>;
}

interface Identity {
  /** One address, or all of a cluster with commas between them: one alone is taken for a lone broker. */
  readonly servers: string;
  /**
   * A folder with `ca.pem`, `cert.pem` and `key.pem`: both sides show a certificate, and the nkey is needed all the same.
   * Empty or absent: no TLS, for a broker on the loopback interface.
   */
  readonly tls?: string | undefined;
  /** The text of the nkey file. */
  readonly seed: string;
  readonly role: Role;
  /** Shown by the server's monitoring: a process name, never a notice or an organisation's partner. */
  readonly name: string;
  readonly onTrouble?: (trouble: Trouble) => void;
}

/** A request unanswered for so long is asked again; short, so that a frozen server is an error within 5 s. */
const REQUEST_MS = 2_000;
/** To make a stream the server flushes several files, which a busy disk takes its time for; nobody asks that again. */
const MAKING_MS = 20_000;
const CONNECT_TRIES = 6;
/** Noticed within three of them: a server that was cut off says nothing, and somebody else goes on meanwhile. */
const PING_MS = 1_000;
/** Nobody goes on for a lone one, and every question wakes both of us. */
const LONE_PING_MS = 3_000;
const WAIT_MS = 250;

/**
 * Throws `unreachable` when no server answers, `unauthorised` when it does not know the key. Reconnects until the server has
 * twice not known the key.
 */
export function connectAs(identity: Identity): Promise<Bus> {
  return connectWith(identity, {});
}

async function connectWith(
  identity: Identity,
  more: Pick<NodeConnectionOptions, 'ignoreAuthErrorAbort'>,
): Promise<Bus> {
  const servers = identity.servers.split(',');
  const isClustered = servers.length > 1;
  const nc = await dial({
    servers,
    ...tlsOf(identity.tls),
    // A cluster tells its addresses as numbers, which no certificate names: those that we were given are enough.
    ignoreClusterUpdates: true,
    authenticator: nkeyAuthenticator(new TextEncoder().encode(identity.seed.trim())),
    inboxPrefix: inboxPrefixOf(identity.role),
    name: identity.name,
    timeout: 5_000,
    // An error with its stack is made beforehand for each request otherwise: 30 µs a message.
    noAsyncTraces: true,
    pingInterval: isClustered ? PING_MS : LONE_PING_MS,
    maxPingOut: 2,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 200,
    reconnectJitter: 100,
    ...more,
  });
  let connected = true;
  void watch(nc, (trouble) => {
    if (trouble.type === 'disconnected') connected = false;
    if (trouble.type === 'reconnected') connected = true;
    identity.onTrouble?.(trouble);
  });
  const closed = nc.closed().then((error) => {
    connected = false;
    return error ? connectFailure(error) : undefined;
  });
  const js = jetstream(nc, { timeout: REQUEST_MS });
  const patience = identity.role === 'provision' ? MAKING_MS : REQUEST_MS;
  const jsm = await jetstreamManager(nc, { checkAPI: false, timeout: patience });
  const { name } = identity;
  return { name, isClustered, nc, js, jsm, closed, isConnected: () => connected, close: () => close(nc) };
}

function tlsOf(folder = ''): Pick<NodeConnectionOptions, 'tls'> {
  if (folder === '') return {};
  const [caFile, certFile, keyFile] = ['ca.pem', 'cert.pem', 'key.pem'].map((name) => join(folder, name));
  return { tls: { caFile, certFile, keyFile } as Exclude<NodeConnectionOptions['tls'], undefined> };
}

/**
 * For a service, which may start before its broker: waits for it, and reconnects for ever, as nobody would connect anew. A
 * server that is busy, or has a configuration that will be mended, does not know a key that it knew. Throws only what
 * waiting does not mend.
 */
export async function connectWhenThere(identity: Identity): Promise<Bus> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await connectWith(identity, { ignoreAuthErrorAbort: true });
    } catch (error) {
      if (!isCode(error, 'unreachable')) throw error;
      if (tries === 1) identity.onTrouble?.({ type: 'disconnected', message: error.message });
      await delay(WAIT_MS);
    }
  }
}

/** A server that does not listen is an error at once; one that listens and is slow (a busy machine) is asked again. */
async function dial(options: NodeConnectionOptions, tries = CONNECT_TRIES): Promise<NatsConnection> {
  try {
    return await connect(options);
  } catch (error) {
    if (tries > 1 && error instanceof errors.TimeoutError) return dial(options, tries - 1);
    throw connectFailure(error);
  }
}

async function close(nc: NatsConnection): Promise<void> {
  if (nc.isClosed()) return;
  // A drain waits for the server; when it is away the connection is closed as it is.
  await Promise.race([nc.drain(), new Promise((resolve) => setTimeout(resolve, REQUEST_MS).unref())]).catch(
    () => undefined,
  );
  await nc.close();
}

async function watch(nc: NatsConnection, tell: (trouble: Trouble) => void): Promise<void> {
  for await (const status of nc.status()) {
    switch (status.type) {
      case 'disconnect':
        tell({ type: 'disconnected', message: 'connection lost' });
        break;
      case 'reconnect':
        tell({ type: 'reconnected', message: 'connection is back' });
        break;
      case 'error': {
        const denied = status.error instanceof errors.PermissionViolationError;
        tell({ type: denied ? 'denied' : 'error', message: status.error.message });
        break;
      }
      case 'slowConsumer':
        tell({ type: 'error', message: 'slow consumer' });
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
  // The client says the same of a key that is unknown and of one that was slow to answer.
  const late = error instanceof Error && /timeout/i.test(error.message);
  const refused =
    error instanceof errors.AuthorizationError || error instanceof errors.UserAuthenticationExpiredError;
  const unknownKey = refused && !late;
  const words = unknownKey ? 'the broker does not know this key' : 'the broker cannot be reached';
  return new LiaisonError(unknownKey ? 'unauthorised' : 'unreachable', words, { cause: error });
}
