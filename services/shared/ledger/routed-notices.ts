import { type Jti, type OrgId, parseOrgId } from '../kernel/ids.js';
import { parseStrictJson } from '../kernel/strict-json.js';
import type { Attributes } from '../notice/attributes.js';
import type { Section } from '../notice/kinds.js';
import { claimsIn } from '../trust/token-claims.js';
import { frames } from '../wire/frames.js';
import { spelledOut } from './others.js';
import { parseHeldPart } from './record-parts.js';

/** A notice as a routing record holds it, with the recipients that rules decided about. Nothing of its content. */
export interface RoutedNotice {
  readonly jti: Jti;
  readonly originator: OrgId;
  /** When the router signed the record. */
  readonly at: string;
  readonly attributes: Attributes;
  readonly sections: readonly Section[];
  /** Not those for whom the originator's lists or the state of a key decided: no rule was asked. */
  readonly recipients: readonly OrgId[];
}

/**
 * The notices of a record that was verified when it was taken; none of a narrowing, whose notices a routing record held
 * before, nor of receipts, quarantine and commands.
 */
export function routedNotices(bytes: Uint8Array): readonly RoutedNotice[] {
  const { statement, receipts } = frames.record.decode(bytes);
  if (!statement || receipts.length > 0) return [];
  const { type, org, iat } = Object(claimsIn(statement.statement)) as Readonly<Record<string, unknown>>;
  if (type !== 'routing') return [];
  const originator = parseOrgId(org);
  const at = new Date(Number(iat) * 1000).toISOString();
  const parts = spelledOut(statement.leaves.map(({ part }) => parseHeldPart(parseStrictJson(part))));
  const decided = parts.filter((part) => part.type === 'decision' || part.type === 'denial');
  return parts
    .filter((part) => part.type === 'notice')
    .map(({ jti, attributes, sections }) => {
      const byRules = decided.filter((part) => part.jti === jti && part.because === undefined);
      return { jti, originator, at, attributes, sections, recipients: byRules.flatMap(({ to }) => to) };
    });
}
