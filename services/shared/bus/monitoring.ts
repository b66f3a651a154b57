/** The messages of one stream, as the server counts them. */
export interface StreamCount {
  readonly account: string;
  readonly stream: string;
  readonly messages: number;
  readonly lastSeq: number;
  readonly consumers: number;
}

/** The server's own view, on the loopback interface: for supervision and tests, never for decisions. */
export interface Monitoring {
  readonly url: string;
  /** JetStream is up and clients are served; says nothing about the streams. */
  isServing(): Promise<boolean>;
  /** When the process that answers was started. */
  startedAt(): Promise<Date>;
  /**
   * Streams that are on disk and cannot be read, as `<account>/<stream>`: after a start with a wrong cipher key all of
   * them. Creating them now would destroy the data for good.
   */
  unreadable(): Promise<readonly string[]>;
  syncsAlways(): Promise<boolean>;
  streams(): Promise<readonly StreamCount[]>;
}

interface Varz {
  readonly start: string;
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
        readonly last_seq: number;
        readonly consumer_count: number;
      };
    }[];
  }[];
}

export function monitoringAt(url: string): Monitoring {
  const read = async (path: string): Promise<unknown> => {
    const response = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(5_000) });
    return response.json();
  };
  return {
    url,
    isServing: async () => {
      const health = await read('/healthz?js-enabled-only=true').catch(() => undefined);
      return (health as { status?: string } | undefined)?.status === 'ok';
    },
    unreadable: async () => {
      const { errors = [] } = (await read('/healthz?details=true')) as Health;
      return errors.flatMap(({ type, account, stream }) =>
        type === 'STREAM' ? [`${account}/${stream}`] : [],
      );
    },
    startedAt: async () => new Date(((await read('/varz')) as Varz).start),
    syncsAlways: async () => ((await read('/varz')) as Varz).jetstream?.config?.sync_always === true,
    streams: async () => {
      const { account_details = [] } = (await read('/jsz?accounts=true&streams=true')) as Jsz;
      return account_details.flatMap(({ name: account, stream_detail = [] }) =>
        stream_detail.map(({ name: stream, state }) => ({
          account,
          stream,
          messages: state.messages,
          lastSeq: state.last_seq,
          consumers: state.consumer_count,
        })),
      );
    },
  };
}
