import { type Stored, nextOn } from '../../shared/bus/direct-get.js';
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

/** An entry as it lies in the ring, and a router's signed statement holds for it. */
export interface QuarantineEntry {
  readonly subject: string;
  readonly bytes: Uint8Array;
  readonly storedAt: Date;
  /** False when it was too long for the ring. */
  readonly isWhole: boolean;
}

const A_DAY_MS = 86_400_000;

/**
 * Only what a router signed: its statement first, then whether these are its bytes, on its organisation's subject. Signed
 * when it was stored: a hub key revoked since then still counts. Throws as `verifyJws` does, and `digest-mismatch`.
 */
export async function verifyQuarantined(
  { subject, bytes, storedAt }: Stored,
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

/** Whose entry, by its digest. */
interface Named {
  readonly org: OrgId;
  readonly entry: EntryId;
}

/** A copy in the ring that says it is the entry: what no router signed has the code of what is wrong with it. */
export type QuarantineCopy = { readonly seq: number } & (
  | { readonly type: 'sound'; readonly quarantined: QuarantineEntry }
  | { readonly type: 'forged'; readonly code: Code }
);

/** Every copy of an entry, oldest first. Throws only what a retry may mend. */
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

async function* entriesOf(core: Bus, org: OrgId): AsyncGenerator<Stored> {
  const ring = { stream: 'QUARANTINE', subject: subjects.quarantine(org) };
  for (let from = 1; ; ) {
    const stored = await nextOn(core, { ...ring, from });
    if (stored === undefined) return;
    yield stored;
    from = stored.seq + 1;
  }
}

/** By its bytes, or by what its statement says, which is not believed yet. */
function isAbout(message: Uint8Array, wanted: string): boolean {
  try {
    const { statement, bytes } = frames.quarantined.decode(message);
    if (digest(bytes) === wanted) return true;
    return (Object(claimsIn(statement)) as { readonly digest?: unknown }).digest === wanted;
  } catch {
    return false;
  }
}
