import { type AccountKind, type Size, streamsOf } from './streams.js';

/** The JetStream limits of an account; the server refuses more, so that no account fills the disk for the others. */
export interface AccountLimits {
  readonly maxFile: number;
  readonly maxStreams: number;
  readonly maxConsumers: number;
}

/**
 * Returns the limits of an account: room for every stream, and once more for the largest, because the server counts a
 * stream's reservation twice while an existing stream is created again. A cluster counts every replica.
 */
export function budgetOf(kind: AccountKind, size: Size): AccountLimits {
  const streams = streamsOf(kind, size);
  const bytes = streams.map(({ config }) => config.max_bytes ?? 0);
  return {
    maxFile: bytes.reduce((sum, each) => sum + each, Math.max(...bytes)) * size.replicas,
    maxStreams: streams.length,
    maxConsumers: streams.reduce((sum, { consumers }) => sum + consumers.length, 0),
  };
}
