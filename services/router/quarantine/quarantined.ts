import { type StoredMessage, nextOn } from '../../shared/bus/direct-get.js';
import type { Bus } from '../../shared/bus/connect.js';
import { seconds } from '../../shared/kernel/clock.js';
import { type Code, errorFrom, fail } from '../../shared/kernel/errors.js';
import type { EntryId, OrgId } from '../../shared/kernel/ids.js';
import { digest } from '../../shared/trust/digest.js';
import type { Directory } from '../../shared/trust/directory.js';
import { verifyJws } from '../../shared/trust/jws.js';
import { finalCode } from '../../shared/trust/may-pass.js';
import { claimsIn } from '../../shared/trust/token-claims.js';
import { frames } from '../../shared/wire/frames.js';
import { parseSubject, subjects } from '../../shared/wire/subjects.js';
import type { Hub } from '../hub.js';

/** An entry of QUARANTINE whose signed statement verifies. */
export interface QuarantineEntry {
  readonly subject: string;
  readonly bytes: Uint8Array;
  readonly storedAt: Date;
  /** False when the bytes were too long and cut. */
  readonly isWhole: boolean;
}

const A_DAY_MS = 86_400_000;

/**
 * Verifies an entry: the router's statement, then bytes and subject against it. The statement counts as of
 * its storage, so that a hub key revoked since still counts. Throws `digest-mismatch`, and as `verifyJws`
 * does.
 */
export async function verifyQuarantined(
  { subject, bytes, storedAt }: StoredMessage,
  { directory, now }: { readonly directory: Directory; readonly now: Date },
): Promise<QuarantineEntry> {
  const about = parseSubject(subject);
  const entry = frames.quarantined.decode(bytes);
  const { payload } = await verifyJws(entry.statement, {
    typ: 'quarantine+jws',
    use: 'hub',
    key: directory.key,
    issuer: 'hub',
    now: new Date(seconds(now) * 1000 + A_DAY_MS),
    recorded: storedAt,
  });
  const isWhole = payload['size'] === entry.bytes.length;
  const matches = about?.type === 'quarantine' && about.org === payload['org'];
  if (!matches || (isWhole && digest(entry.bytes) !== payload['digest'])) {
    throw fail('digest-mismatch', 'an entry of the quarantine is not what was signed');
  }
  return { subject: String(payload['subject']), bytes: entry.bytes, storedAt, isWhole };
}

/** Names an entry. */
interface Named {
  readonly org: OrgId;
  readonly entry: EntryId;
}

/** A message of QUARANTINE that claims to be the entry; `forged` with a code when no router signed it. */
export type QuarantineCopy = { readonly seq: number } & (
  | { readonly type: 'sound'; readonly quarantined: QuarantineEntry }
  | { readonly type: 'forged'; readonly code: Code }
);

/** Yields every copy of an entry, oldest first. Throws only temporary failures. */
export async function* copiesOf(
  { core, clock }: Pick<Hub, 'core' | 'clock'>,
  { org, entry, directory }: Named & { readonly directory: Directory },
): AsyncGenerator<QuarantineCopy> {
  const wanted = Buffer.from(entry, 'hex').toString('base64url');
  for await (const stored of entriesOf(core, org)) {
    if (!isAbout(stored.bytes, wanted)) continue;
    try {
      const quarantined = await verifyQuarantined(stored, { directory, now: clock() });
      yield { seq: stored.seq, type: 'sound', quarantined };
    } catch (thrown) {
      const code = finalCode(errorFrom(thrown), 'quarantine-entry');
      yield { seq: stored.seq, type: 'forged', code };
    }
  }
}

async function* entriesOf(core: Bus, org: OrgId): AsyncGenerator<StoredMessage> {
  const ring = { stream: 'QUARANTINE', subject: subjects.quarantine(org) };
  for (let from = 1; ; ) {
    const stored = await nextOn(core, { ...ring, from });
    if (stored === undefined) return;
    yield stored;
    from = stored.seq + 1;
  }
}

/** True when the bytes, or the unverified statement, name the entry. */
function isAbout(message: Uint8Array, wanted: string): boolean {
  try {
    const { statement, bytes } = frames.quarantined.decode(message);
    if (digest(bytes) === wanted) return true;
    return (Object(claimsIn(statement)) as { readonly digest?: unknown }).digest === wanted;
  } catch {
    return false;
  }
}
