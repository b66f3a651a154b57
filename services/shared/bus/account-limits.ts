import { parseOrgId } from '../kernel/ids.js';
import { type AccountKind, type Size, streamsOf } from './streams.js';

/** The JetStream limits of an account; the server refuses more, so that no account fills the disk for the others. */
export interface AccountLimits {
  readonly maxFile: number;
  readonly maxStreams: number;
  readonly maxConsumers: number;
}

/**
 * Returns the limits of an account: room for every stream, and once more for the largest, because the server counts a
 * stream's reservation twice while an existing stream is created again. A cluster counts every replica. The hub's own
 * account has room for the streams of all `size.members`.
 */
export function budgetOf(kind: AccountKind, size: Size): AccountLimits {
  const streams = streamsOf(kind, { ...size, orgs: withMembersToCome(size) });
  const bytes = streams.map(({ config }) => config.max_bytes ?? 0);
  return {
    maxFile: bytes.reduce((sum, each) => sum + each, Math.max(...bytes)) * size.replicas,
    maxStreams: streams.length,
    maxConsumers: streams.reduce((sum, { consumers }) => sum + consumers.length, 0),
  };
}

/** Returns the bytes of the store that the accounts of members to come will take. */
export function reservedBytes(size: Size): number {
  const toCome = withMembersToCome(size).length - size.orgs.length;
  return toCome * budgetOf('organisation', size).maxFile;
}

/** Returns the members, and a placeholder for each one to come. */
function withMembersToCome({ orgs, members = 0 }: Size): Size['orgs'] {
  const count = Math.max(members - orgs.length, 0);
  return [...orgs, ...Array.from({ length: count }, (_, index) => parseOrgId(`to-come-${index + 1}`))];
}
