import { type Jti, type OrgId, parseOrgId } from '../kernel/ids.js';
import { parseStrictJson } from '../kernel/strict-json.js';
import type { Attributes } from '../notice/attributes.js';
import type { Section } from '../notice/kinds.js';
import { claimsIn } from '../trust/token-claims.js';
import { frames } from '../wire/frames.js';
import { spelledOut } from './report/spelled-out.js';
import { parseHeldPart } from './record-parts.js';

/** A notice as a routing record has it, with the recipients that rules decided about; never its content. */
export interface RoutedNotice {
  readonly jti: Jti;
  readonly originator: OrgId;
  /** When the router signed the record. */
  readonly at: string;
  readonly attributes: Attributes;
  readonly sections: readonly Section[];
  /** Without those for whom no rule was evaluated because the originator's lists or the state of a key decided. */
  readonly recipients: readonly OrgId[];
}

/**
 * Reads the notices of a record that was verified before. Empty for narrowings, whose notices are in an earlier routing
 * record, and for receipts, quarantine and commands.
 */
export function routedNotices(bytes: Uint8Array): readonly RoutedNotice[] {
  const { statement } = frames.record.decode(bytes);
  if (!statement) return [];
  const { type, org, iat } = Object(claimsIn(statement.statement)) as Readonly<Record<string, unknown>>;
  if (type !== 'routing') return [];
  const originator = parseOrgId(org);
  const at = new Date(Number(iat) * 1000).toISOString();
  const held = statement.leaves.map(({ part }) => parseHeldPart(parseStrictJson(part)));
  const parts = spelledOut(held, { originator, reason: type });
  const decided = parts.filter((part) => part.type === 'decision' || part.type === 'denial');
  return parts
    .filter((part) => part.type === 'notice')
    .map(({ jti, attributes, sections }) => {
      const byRules = decided.filter((part) => part.jti === jti && part.because === undefined);
      return { jti, originator, at, attributes, sections, recipients: byRules.flatMap(({ to }) => to) };
    });
}
