/** A broker that a user could take instead, and how it is started for one bench. */
export interface Peer {
  readonly name: string;
  /** What its confirmation of a message means. */
  readonly confirms: string;
  /** Why it is left out and how to get it; undefined where everything is there. */
  readonly missing: (env: NodeJS.ProcessEnv) => string | undefined;
  /** Starts it on loopback ports with its data in `folder`, which is empty. */
  readonly start: (folder: string, env: NodeJS.ProcessEnv) => Promise<RunningPeer>;
}

export interface RunningPeer {
  /** Whose CPU time counts as the broker's. */
  readonly pid: number;
  /** A publisher and a consumer, a connection each, on one durable queue. */
  readonly connect: () => Promise<PeerClient>;
  readonly stop: () => Promise<void>;
}

export interface PeerClient {
  /** Resolves when the broker has confirmed. */
  readonly publish: (bytes: Uint8Array) => Promise<void>;
  /** Hands on each message and acknowledges it; at most `AHEAD` unacknowledged ones. */
  readonly consume: (take: (bytes: Uint8Array) => void) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Messages published and not confirmed, or delivered and not acknowledged, at most: the same for every peer. */
export const AHEAD = 256;
