import { RetentionPolicy } from '@nats-io/jetstream';
import { LiaisonError } from '../kernel/errors.js';

/** The number of messages and consumers of one stream. */
export interface StreamCount {
  readonly account: string;
  readonly stream: string;
  readonly messages: number;
  readonly lastSeq: number;
  readonly consumers: number;
}

/** A work queue and its consumers. */
export interface Queue {
  readonly account: string;
  readonly stream: string;
  readonly messages: number;
  /** The sequences of its oldest message and of the last one stored. */
  readonly first: number;
  readonly last: number;
  readonly consumers: readonly QueueConsumer[];
}

/** How far a consumer of a work queue has read. */
export interface QueueConsumer {
  readonly name: string;
  /** The last stream sequence that was delivered. */
  readonly delivered: number;
  /** Messages not delivered yet, or not acknowledged. */
  readonly waiting: number;
}

/** The number of streams and consumers of all accounts. */
export interface Totals {
  readonly streams: number;
  readonly consumers: number;
}

/** A client of the server, by its account, its nkey and the name that it gave itself. */
export interface Connection {
  readonly account: string;
  readonly name: string;
  /** The public nkey with which it logged in. */
  readonly user: string;
  readonly lastActivity: Date;
}

/**
 * The HTTP monitoring of nats-server: for supervision, doctor and tests, never for decisions about notices. In a cluster
 * the first server that answers is used.
 */
export interface Monitoring {
  readonly url: string;
  /** True when JetStream is up and clients are served; says nothing about the streams. */
  isServing(): Promise<boolean>;
  /** When the server process was started. */
  startedAt(): Promise<Date>;
  /** When the server has read its configuration last, as it writes it; another text once it has read it again. */
  configuredAt(): Promise<string>;
  /**
   * Streams on disk that cannot be read, as `<account>/<stream>`: all of them after a start with a wrong cipher key.
   * Creating them again would destroy their data. In a cluster: those that `some` or `all` of the answering servers report;
   * a server that lags behind, for example under load, reports its copy too.
   */
  unreadable(by: 'some' | 'all'): Promise<readonly string[]>;
  /** True when `sync_interval: always` is in force: a confirmed message is on disk. */
  syncsAlways(): Promise<boolean>;
  streams(): Promise<readonly StreamCount[]>;
  /** The accounts whose JetStream the server serves, or keeps open. */
  accounts(): Promise<readonly string[]>;
  /** Counts streams and consumers. Much cheaper than listing their names. */
  totals(): Promise<Totals>;
  /** Every stream and consumer, as `<account>/<stream>[/<consumer>]`. */
  names(): Promise<readonly string[]>;
  version(): Promise<string>;
  /** Every stream with work-queue retention. */
  queues(): Promise<readonly Queue[]>;
  connections(): Promise<readonly Connection[]>;
}

interface Connz {
  readonly connections?: readonly {
    readonly account: string;
    readonly name?: string;
    readonly authorized_user?: string;
    readonly last_activity: string;
  }[];
}

interface Varz {
  readonly version: string;
  readonly start: string;
  readonly config_load_time: string;
  readonly jetstream?: { readonly config?: { readonly sync_always?: boolean } };
}

interface Health {
  readonly errors?: readonly { readonly type: string; readonly account?: string; readonly stream?: string }[];
}

interface Jsz {
  readonly account_details?: readonly {
    readonly name: string;
    readonly stream_detail?: readonly {
      readonly name: string;
      readonly state: {
        readonly messages: number;
        readonly first_seq: number;
        readonly last_seq: number;
        readonly consumer_count: number;
      };
      /** `config` and `consumer_detail` are present only when the query asks for them. */
      readonly config?: { readonly retention: string };
      readonly consumer_detail?: readonly {
        readonly name: string;
        readonly delivered: { readonly stream_seq: number };
        readonly num_pending: number;
        readonly num_ack_pending: number;
      }[];
    }[];
  }[];
}

/**
 * Returns the monitoring at `url`: one address, or all of a cluster separated by commas. Its methods throw `unreachable`
 * when no server answers.
 */
export function monitoringAt(url: string): Monitoring {
  const servers = url.split(',');
  const read = async (path: string): Promise<unknown> => {
    for (const server of servers.slice(0, -1)) {
      const answer = await readFrom(server, path).catch(() => undefined);
      if (answer !== undefined) return answer;
    }
    return readFrom(servers.at(-1) ?? '', path);
  };
  return {
    url,
    isServing: async () => {
      const health = await read('/healthz?js-enabled-only=true').catch(() => undefined);
      return (health as { status?: string } | undefined)?.status === 'ok';
    },
    unreadable: async (by) => {
      const asked = await Promise.allSettled(servers.map((server) => readFrom(server, HEALTH)));
      const answers = asked.flatMap((one) => (one.status === 'fulfilled' ? [unreadableIn(one.value)] : []));
      if (answers.length === 0) return unreadableIn(await read(HEALTH));
      const reported = [...new Set(answers.flat())];
      return by === 'some'
        ? reported
        : reported.filter((stream) => answers.every((one) => one.includes(stream)));
    },
    startedAt: async () => new Date(((await read('/varz')) as Varz).start),
    configuredAt: async () => ((await read('/varz')) as Varz).config_load_time,
    version: async () => ((await read('/varz')) as Varz).version,
    queues: async () => queuesIn(await read('/jsz?accounts=true&consumers=true&config=true')),
    connections: async () => connectionsIn(await read('/connz?limit=4096&auth=true')),
    syncsAlways: async () => ((await read('/varz')) as Varz).jetstream?.config?.sync_always === true,
    totals: async () => {
      const { streams, consumers } = (await read('/jsz')) as Totals;
      return { streams, consumers };
    },
    names: async () => namesIn(await read('/jsz?accounts=true&consumers=true')),
    accounts: async () => accountsIn(await read('/jsz?accounts=true')),
    streams: async () => streamsIn(await read('/jsz?accounts=true&streams=true')),
  };
}

const HEALTH = '/healthz?details=true';

async function readFrom(server: string, path: string): Promise<unknown> {
  try {
    const response = await fetch(`${server}${path}`, { signal: AbortSignal.timeout(5_000) });
    return await response.json();
  } catch (error) {
    throw new LiaisonError('unreachable', "the broker's monitoring cannot be reached", { cause: error });
  }
}

/** Skips folders with a dot before their name, which the server is still removing: no stream has a dot in its name. */
function unreadableIn(body: unknown): readonly string[] {
  const { errors = [] } = body as Health;
  return errors.flatMap(({ type, account, stream }) =>
    type === 'STREAM' && stream?.startsWith('.') !== true ? [`${account}/${stream}`] : [],
  );
}

function namesIn(body: unknown): readonly string[] {
  const { account_details = [] } = body as Jsz;
  return account_details.flatMap(({ name: account, stream_detail = [] }) =>
    stream_detail.flatMap(({ name: stream, consumer_detail = [] }) =>
      ['', ...consumer_detail.map(({ name }) => `/${name}`)].map((rest) => `${account}/${stream}${rest}`),
    ),
  );
}

function accountsIn(body: unknown): readonly string[] {
  const { account_details = [] } = body as Jsz;
  return account_details.map(({ name }) => name);
}

function streamsIn(body: unknown): readonly StreamCount[] {
  const { account_details = [] } = body as Jsz;
  return account_details.flatMap(({ name: account, stream_detail = [] }) =>
    stream_detail.map(({ name: stream, state }) => ({
      account,
      stream,
      messages: state.messages,
      lastSeq: state.last_seq,
      consumers: state.consumer_count,
    })),
  );
}

function queuesIn(body: unknown): readonly Queue[] {
  const { account_details = [] } = body as Jsz;
  return account_details.flatMap(({ name: account, stream_detail = [] }) =>
    stream_detail
      .filter(({ config }) => config?.retention === RetentionPolicy.Workqueue)
      .map(({ name: stream, state, consumer_detail = [] }) => ({
        account,
        stream,
        messages: state.messages,
        first: state.first_seq,
        last: state.last_seq,
        consumers: consumer_detail.map(({ name, delivered, num_pending, num_ack_pending }) => ({
          name,
          delivered: delivered.stream_seq,
          waiting: num_pending + num_ack_pending,
        })),
      })),
  );
}

function connectionsIn(body: unknown): readonly Connection[] {
  const { connections = [] } = body as Connz;
  return connections.map(({ account, name = '', authorized_user = '', last_activity }) => ({
    account,
    name,
    user: authorized_user,
    lastActivity: new Date(last_activity),
  }));
}
