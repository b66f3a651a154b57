import { fail } from '../kernel/errors.js';
import type { OwnPart, SharePart, UnsharePart } from './record-own-parts.js';
import type { DecisionPart, HeldDecision, HeldPart, NoticePart, ReportPart } from './record-parts.js';

/** A part of a record after `joinShares`. */
export type JoinedPart = Exclude<HeldPart, HeldDecision | SharePart | UnsharePart> | DecisionPart;

/**
 * Splits each decision of a report for its record: what the recipient is shown moves to the part `share`. In
 * a narrowing, a denial also gets the part `unshare`, which tells the recipient that nothing of the notice is
 * left to it.
 */
export function withShares(
  parts: readonly ReportPart[],
  reason: 'routing' | 'narrowing',
): readonly HeldPart[] {
  const digests = digestsIn(parts);
  return parts.flatMap((part): readonly HeldPart[] => {
    if (part.type !== 'decision') return [part];
    const { sections, advertised, obligations, ...held } = part;
    const { to, jti } = part;
    const about = { to, jti, digest: digests.get(jti) ?? '' };
    if (part.outcome !== 'denied')
      return [held, { type: 'share', ...about, sections, advertised, obligations }];
    return reason === 'routing' ? [held] : [held, { type: 'unshare', ...about }];
  });
}

/**
 * Reverses `withShares`. Throws `schema-invalid` when decisions and shares do not match: a recipient would be
 * shown something else than the recorded decision.
 */
export function joinShares(held: readonly HeldPart[]): readonly JoinedPart[] {
  const shares = new Map<string, SharePart | UnsharePart>();
  const digests = digestsIn(held);
  for (const part of held) {
    if (part.type !== 'share' && part.type !== 'unshare') continue;
    if (shares.has(keyOf(part)) || digests.get(part.jti) !== part.digest) throw unfit();
    shares.set(keyOf(part), part);
  }
  const joined = held.flatMap((part): readonly JoinedPart[] => {
    if (part.type === 'share' || part.type === 'unshare') return [];
    if (part.type !== 'decision') return [part];
    const share = shares.get(keyOf(part));
    shares.delete(keyOf(part));
    return [decisionOf(part, share)];
  });
  if (shares.size > 0) throw unfit();
  return joined;
}

const NOTHING = { sections: [], advertised: [], obligations: [] } as const;

function decisionOf(held: HeldDecision, share: SharePart | UnsharePart | undefined): DecisionPart {
  if ((held.outcome === 'denied') !== (share?.type !== 'share')) throw unfit();
  if (share?.type !== 'share') return { ...held, ...NOTHING };
  const { sections, advertised, obligations } = share;
  return { ...held, sections, advertised, obligations };
}

/**
 * Returns what records leave to one recipient, in the order of the submission: exactly what its delivery
 * holds. `records` holds the recipient's own parts of each record: the routing report, then the narrowings in
 * ledger order.
 */
export function sharesLeft(records: readonly (readonly OwnPart[])[]): readonly SharePart[] {
  const left = new Map<string, SharePart>();
  for (const [at, parts] of records.entries()) {
    for (const part of parts) {
      if (part.type === 'unshare') left.delete(keyOf(part));
      else if (part.type === 'share' && (at === 0 || left.has(keyOf(part)))) left.set(keyOf(part), part);
    }
  }
  return [...left.values()];
}

function keyOf({ to, jti }: Pick<SharePart, 'to' | 'jti'>): string {
  return `${to} ${jti}`;
}

function digestsIn(parts: readonly (HeldPart | ReportPart)[]): ReadonlyMap<string, string> {
  const notices = parts.filter((part): part is NoticePart => part.type === 'notice');
  return new Map(notices.map(({ jti, digest }) => [jti, digest]));
}

const unfit = () =>
  fail('schema-invalid', 'the decisions of a record and what its recipients are shown differ');
