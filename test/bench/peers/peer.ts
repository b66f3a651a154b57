/** An alternative broker, and how a bench starts it. */
export interface Peer {
  readonly name: string;
  /** What its confirmation of a message means. */
  readonly confirms: string;
  /** Returns why the broker is left out and how to install it; undefined if it is installed. */
  readonly missing: (env: NodeJS.ProcessEnv) => string | undefined;
  /** Starts it on loopback ports with its data in `folder`, which is empty. */
  readonly start: (folder: string, env: NodeJS.ProcessEnv) => Promise<RunningPeer>;
}

export interface RunningPeer {
  /** The process whose CPU time counts as the broker's. */
  readonly pid: number;
  /** Connects a publisher and a consumer, each with its own connection, to one durable queue. */
  readonly connect: () => Promise<PeerClient>;
  readonly stop: () => Promise<void>;
}

export interface PeerClient {
  /** Resolves when the broker has confirmed. */
  readonly publish: (bytes: Uint8Array) => Promise<void>;
  /** Passes each message to `take` and acknowledges it; at most `AHEAD` are unacknowledged. */
  readonly consume: (take: (bytes: Uint8Array) => void) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** The maximum number of unconfirmed or unacknowledged messages, the same for every peer. */
export const AHEAD = 256;
