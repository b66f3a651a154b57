import type { Bus } from '../../shared/bus/connect.js';
import { publishLatest } from '../../shared/bus/publish.js';
import { type Clock, seconds } from '../../shared/kernel/clock.js';
import { type Code, fail } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import { digest } from '../../shared/trust/digest.js';
import { signJws } from '../../shared/trust/jws.js';
import type { Signer } from '../../shared/trust/keys.js';
import { frames } from '../../shared/wire/frames.js';
import { subjects } from '../../shared/wire/subjects.js';

/** A message to quarantine, and why. */
export interface SuspectMessage {
  readonly org: OrgId;
  readonly reason: Code;
  /** As received; may be outside the grammar. */
  readonly subject: string;
  readonly bytes: Uint8Array;
}

/**
 * Stores a message in QUARANTINE with the hub's signature over the reason. Throws `full`, and as
 * `publishLatest` does.
 */
export type KeepBytes = (suspect: SuspectMessage) => Promise<void>;

/** A broker message takes 1 MiB, envelope included. Longer bytes are cut; the statement has the digest and size of the whole. */
const MAX_BYTES = 1024 * 1024 - 8 * 1024;
const MAX_SUBJECT_LENGTH = 256;

/** Creates the store of quarantined bytes. */
export function createKeepBytes(deps: {
  readonly core: Bus;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}): KeepBytes {
  const { core, signer, clock, signal } = deps;
  return async ({ org, reason, subject, bytes }) => {
    const statement = await signJws(
      'quarantine+jws',
      {
        iss: 'hub',
        iat: seconds(clock()),
        org,
        reason,
        subject: printable(subject),
        digest: digest(bytes),
        size: bytes.length,
      },
      signer,
    );
    const kept = frames.quarantined.encode({ statement, bytes: bytes.subarray(0, MAX_BYTES) });
    const stored = await publishLatest(core, { subject: subjects.quarantine(org), bytes: kept, signal });
    // QUARANTINE is a ring and never full; if it is, the message must not be acknowledged.
    if (stored === 'full') throw fail('full', 'the stream QUARANTINE is full');
  };
}

/** Percent-encodes a subject for the signed statement: the broker stores any bytes, a NUL and broken UTF-8 included. */
export function printable(subject: string): string {
  const bytes = Array.from(Buffer.from(subject), (byte) =>
    byte > 0x20 && byte < 0x7f && byte !== PERCENT
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).padStart(2, '0')}`,
  );
  return bytes.join('').slice(0, MAX_SUBJECT_LENGTH);
}

const PERCENT = 0x25;
