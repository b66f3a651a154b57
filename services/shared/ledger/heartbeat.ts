import { fail } from '../kernel/errors.js';
import { seconds } from '../kernel/clock.js';
import type { Directory } from '../trust/directory.js';
import { signJws, verifyJws } from '../trust/jws.js';
import { claimsIn } from '../trust/token-claims.js';
import type { Signer } from '../trust/keys.js';

/** How far the auditor's file reaches; counts only records that are flushed to disk. */
export interface Heartbeat {
  /** When the auditor's LEDGER consumer was created (RFC 3339). A different value means that the broker lost its disk. */
  readonly epoch: string;
  /** Every valid record of the LEDGER stream up to this sequence is in the auditor's file. */
  readonly seq: number;
  /** Records in the file, over all epochs. */
  readonly count: number;
  /** Entries in the log up to the checkpoint that is published with it; 0 without one. */
  readonly size: number;
  readonly time: Date;
}

const TYP = 'heartbeat+jws';

/** Signs a heartbeat as a compact JWS with the auditor's key, whose use `audit` cannot sign records (docs/adr/0004). */
export function signHeartbeat(
  { epoch, seq, count, size, time }: Heartbeat,
  { federation, signer }: { readonly federation: string; readonly signer: Signer },
): Promise<string> {
  const claims = { iss: 'auditor', iat: seconds(time), aud: federation, epoch, seq, count, size };
  return signJws(TYP, { ...claims, time: time.toISOString() }, signer);
}

/**
 * Verifies a heartbeat of any age, whose `time` is in the second of its `iat`: `verifyJws` bounds that alone. Throws as
 * `verifyJws` does, and `token-malformed`.
 */
export async function verifyHeartbeat(token: string, directory: Directory, now: Date): Promise<Heartbeat> {
  const { payload } = await verifyJws(token, {
    typ: TYP,
    use: 'audit',
    key: (kid) => directory.key(kid),
    now,
    audience: directory.federation,
  });
  const { iat, epoch, seq, count, size } = payload;
  const time = parseTime(payload['time']);
  if (typeof epoch !== 'string' || epoch.length > 64) throw malformed();
  if (!isCount(seq) || !isCount(count) || !isCount(size)) throw malformed();
  if (seconds(time) !== iat) throw fail('token-malformed', 'heartbeat with another `time` than `iat`');
  return { epoch, seq, count, size, time };
}

/** Returns the time of a heartbeat verified before, in milliseconds since 1970. Throws `token-malformed`. */
export function timeOfHeartbeat(token: string): number {
  return parseTime((claimsIn(token) as { readonly time?: unknown } | null)?.time).getTime();
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function parseTime(value: unknown): Date {
  const time = new Date(typeof value === 'string' ? value : Number.NaN);
  if (Number.isNaN(time.getTime()) || time.toISOString() !== value) throw malformed();
  return time;
}

const malformed = () => fail('token-malformed', 'heartbeat lacks epoch, seq, count, size or time');
