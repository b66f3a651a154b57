import { fail } from '../../kernel/errors.js';
import { type EntryId, parseEntryId } from '../../kernel/ids.js';
import { hexDigest } from '../../trust/digest.js';
import type { EndedLog } from '../command-content.js';

/** Matches the origin of a life after the federation, the size and the root (C2SP tlog-checkpoint). */
const CHECKPOINT = /^\/liaison\/[1-9][0-9]{0,5}\n(0|[1-9][0-9]{0,15})\n[A-Za-z0-9+/]{43}=\n$/;

/** Returns the entry of a `recover`, so that both persons name the same checkpoint and the same missing entries. */
export function recoveryEntry({ checkpoint, kept }: EndedLog): EntryId {
  return parseEntryId(hexDigest(`${checkpoint}${kept}\n`));
}

/** Reads what a `recover` ends: a checkpoint of this federation's log, and fewer kept entries. Throws `token-malformed`. */
export function parseEndedLog(
  { checkpoint, kept }: { readonly checkpoint: unknown; readonly kept: unknown },
  federation: string,
): EndedLog {
  const isOwn = typeof checkpoint === 'string' && checkpoint.startsWith(`${federation}/`);
  const [, size] = (isOwn ? CHECKPOINT.exec(checkpoint.slice(federation.length)) : null) ?? [];
  const isKept = Number.isSafeInteger(kept) && Number(kept) >= 0 && Number(kept) < Number(size);
  if (isOwn && isKept) return { checkpoint, kept: kept as number };
  throw fail('token-malformed', 'a `recover` names a checkpoint of the log and fewer entries that are kept');
}
