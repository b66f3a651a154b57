import { parseJti, revisionNumberOf } from '../shared/kernel/ids.js';
import { isHolding, isReceiptType } from '../shared/kernel/receipt-types.js';
import { parseStrictJson } from '../shared/kernel/strict-json.js';
import type { KeptEntry } from '../shared/store/append/archived-entry.js';
import type { HeldChange } from '../shared/store/append/held-index.js';
import { digest } from '../shared/trust/digest.js';
import { claimsIn } from '../shared/trust/token-claims.js';
import { type Action, frames } from '../shared/wire/frames.js';
import { claimsOf, type RecordClaims } from './record-facts.js';

/** Returns the changes that an archived record, verified before, makes to the index of held notices. */
export function heldChanges({ bytes, ruledOut }: KeptEntry): readonly HeldChange[] {
  if (ruledOut !== undefined) return [];
  const { statement, ...beside } = frames.record.decode(bytes);
  if (!statement) return [];
  const claims = claimsOf(statement);
  const org = String(claims['org']);
  const parts = partsToRead(statement.leaves);
  switch (claims['type']) {
    case 'routing':
    case 'narrowing':
      return [...sharesIn(org, claims['type'], parts), ...acceptedActions(org, parts, beside.actions ?? [])];
    case 'receipts':
      return [...(beside.receipts ?? []), ...(beside.changes ?? [])].flatMap((token) => saidIn(org, token));
    case 'command':
      return recallIn(org, parts);
    default:
      return [];
  }
}

/** Returns the end of its notice for the record that puts a recall in force; empty for other commands. */
function recallIn(originator: string, [part]: readonly RecordClaims[]): readonly HeldChange[] {
  if (part?.['outcome'] !== 'cancelled') return [];
  return [{ type: 'ended', originator, id: String(part['notice']) }];
}

/** Matches the parts that say what recipients get. The others, most of a report, are not parsed. */
const READ = /^\{"type":"(notice|share|unshare|unact|action|command)"/;

function partsToRead(leaves: readonly { readonly part: Uint8Array }[]): readonly RecordClaims[] {
  const texts = leaves.map(({ part }) => Buffer.from(part).toString());
  return texts.filter((text) => READ.test(text)).map((text) => JSON.parse(text) as RecordClaims);
}

/**
 * Reads the shares of a routing report, or what a narrowing leaves of the notices and unseals of an earlier report.
 */
function sharesIn(
  originator: string,
  reason: 'routing' | 'narrowing',
  parts: readonly RecordClaims[],
): readonly HeldChange[] {
  const shares = parts.filter(({ type }) => type === 'share');
  if (reason === 'routing')
    return parts
      .filter(({ type }) => type === 'notice')
      .map((notice) => {
        const own = shares.filter(({ jti }) => jti === notice['jti']);
        return sharedChange(originator, notice, own);
      });
  const narrowed = shares.map(({ jti, to, sections }): HeldChange => {
    const pair = pairOf(originator, jti, to);
    return { type: 'narrowed', ...pair, jti: String(jti), sections: words(sections) };
  });
  const lost = parts
    .filter(({ type }) => type === 'unshare')
    .map(({ jti, to }): HeldChange => ({ type: 'lost', ...pairOf(originator, jti, to), jti: String(jti) }));
  const unacted = parts
    .filter(({ type }) => type === 'unact')
    .map(({ to, digest: action }): HeldChange => {
      return { type: 'unacted', originator, recipient: String(to), action: String(action) };
    });
  return [...narrowed, ...lost, ...unacted];
}

function sharedChange(originator: string, notice: RecordClaims, shares: readonly RecordClaims[]): HeldChange {
  const { jti, digest: sdJwt, exp, attributes } = notice;
  return {
    type: 'shared',
    revision: {
      originator,
      id: idOf(jti),
      jti: String(jti),
      digest: String(sdJwt),
      number: revisionNumberOf(parseJti(jti)),
      exp: Number(exp),
      attributes: JSON.stringify(attributes),
    },
    shares: shares.map(({ to, sections }) => ({ to: String(to), sections: words(sections) })),
  };
}

/** The actions that a part accepts; one that was refused changes nothing. */
function acceptedActions(
  originator: string,
  parts: readonly RecordClaims[],
  actions: readonly Action[],
): readonly HeldChange[] {
  const accepted = new Set(parts.filter(({ type }) => type === 'action').map((part) => part['digest']));
  return actions
    .filter(({ statement }) => accepted.has(digest(statement)))
    .flatMap((action) => changesOfAction(originator, action));
}

function changesOfAction(originator: string, { statement, leaves }: Action): readonly HeldChange[] {
  const claims = claimsOf({ statement });
  const id = String(claims['id']);
  const listed = leaves.flatMap(({ leaf }) => (leaf ? [parseStrictJson(leaf.part) as RecordClaims] : []));
  const pairTo = ({ to }: RecordClaims) => ({ originator, id, recipient: String(to) });
  switch (claims['verb']) {
    case 'withdraw':
      return [{ type: 'ended', originator, id }];
    case 'extend':
      return [{ type: 'extended', originator, id, exp: Number(claims['expiresAt']) }];
    case 'restrict':
      return listed.map((part) => {
        const sections = part['sections'] === undefined ? null : words(part['sections']);
        return { type: 'restricted', ...pairTo(part), sections };
      });
    case 'unseal':
      return listed.map((part) => ({
        type: 'unsealed',
        ...pairTo(part),
        digest: String(part['digest']),
        action: digest(statement),
        section: String(part['section']),
      }));
    default:
      return [];
  }
}

/**
 * Returns what a receipt or a change lists: the revisions that are not held, the actions that were applied, and those after which
 * nothing of their notice is held.
 * What is not listed is held as delivered.
 */
function saidIn(recipient: string, token: string): readonly HeldChange[] {
  const { originator, except, changes, actions } = claimsIn(token) as RecordClaims;
  const listed = (list: unknown) => (Array.isArray(list) ? (list as RecordClaims[]) : []);
  const lost = [...listed(except), ...listed(changes)]
    .filter(({ type }) => isReceiptType(type) && !isHolding(type))
    .map(
      ({ jti }): HeldChange => ({
        type: 'lost',
        ...pairOf(String(originator), jti, recipient),
        jti: String(jti),
      }),
    );
  const applied = listed(actions)
    .filter(({ type }) => type === 'held')
    .map(
      ({ id, digest: action }): HeldChange => ({
        type: 'applied',
        ...pairOf(String(originator), id, recipient),
        action: String(action),
      }),
    );
  const destroyed = listed(actions)
    .filter(({ type, after }) => (type === 'destroyed' || type === 'not-held') && after === null)
    .map(({ id }): HeldChange => ({ type: 'destroyed', ...pairOf(String(originator), id, recipient) }));
  return [...lost, ...applied, ...destroyed];
}

const idOf = (jti: unknown): string => String(jti).split('.', 1)[0] ?? '';
const pairOf = (originator: string, jti: unknown, to: unknown) => ({
  originator,
  id: idOf(jti),
  recipient: String(to),
});
const words = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);
