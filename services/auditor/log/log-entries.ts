import type { KeptEntry } from '../../shared/store/append/archived-entry.js';
import { sha256 } from '../../shared/trust/digest.js';
import { frames } from '../../shared/wire/frames.js';

/** Returns the entry of a record in the log: SHA-256 of its exact statement. A ruled-out record has none. */
export function entryOf({ bytes, ruledOut }: KeptEntry): Uint8Array | undefined {
  if (ruledOut !== undefined) return undefined;
  return sha256(frames.record.decode(bytes).statement?.statement ?? '');
}
