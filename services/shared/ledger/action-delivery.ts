import { decodeBase64url } from '../kernel/base64url.js';
import { fail } from '../kernel/errors.js';
import type { OrgId } from '../kernel/ids.js';
import { parseStrictJson } from '../kernel/strict-json.js';
import { digest } from '../trust/digest.js';
import { readDisclosure } from '../trust/disclosure.js';
import { verifyJws } from '../trust/jws.js';
import { leafHash, rootFrom, treeOfHashes } from '../trust/merkle.js';
import { leafData } from '../trust/signed-set.js';
import type { Action, DeliveredAction } from '../wire/frames.js';
import { type ActionContext, expectedOf, hashOf } from './action.js';
import { type ActionClaims, parseActionClaims } from './action-claims.js';
import { type ListedPart, parseListedPart } from './listed-part.js';

/**
 * Returns an action as one holder gets it: with scope `listed`, only the holder's own leaf with its path to
 * the root; for an unseal, also the one disclosure that the leaf names. Undefined when no leaf is for this
 * holder, or when the disclosure that its leaf names is missing.
 */
export type HandOutAction = (to: OrgId) => DeliveredAction | undefined;

/** Creates the function that returns an action as each of its holders gets it; leaves and disclosures are read once. */
export function createHandOutAction({ statement, leaves, disclosures }: Action): HandOutAction {
  if (leaves.length === 0) return () => ({ statement, leaf: null, index: 0, path: [], disclosure: '' });
  const tree = treeOfHashes(leaves.map(hashOf));
  const texts = new Map<unknown, string>(disclosures.map((text) => [digest(text), text]));
  const own = new Map<unknown, DeliveredAction>();
  for (const [index, { leaf }] of leaves.entries()) {
    if (!leaf) continue;
    const { to, disclosure: named } = Object(parseStrictJson(leaf.part)) as Partial<Record<string, unknown>>;
    const disclosure = named === undefined ? '' : texts.get(named);
    if (disclosure === undefined) continue;
    own.set(to, { statement, leaf, index, path: tree.path(index), disclosure });
  }
  return (to) => own.get(to);
}

/** A verified action with the leaf of one holder, without the disclosure of an unseal. */
export interface HandedAction extends ActionClaims {
  /** Digest of the statement, which names the action. */
  readonly digest: string;
  readonly kid: string;
  /** The holder's own leaf; undefined if and only if the scope is `all`. */
  readonly own: ListedPart | undefined;
}

/** A verified action as its holder received it, with the disclosure of an unseal. */
export interface ReceivedAction extends HandedAction {
  /** The text of the disclosure that an unseal brings; undefined with other verbs. */
  readonly disclosure: string | undefined;
}

/**
 * Verifies an action that was delivered to this recipient. Throws as `verifyHandedAction` does,
 * `digest-mismatch` when the disclosure is not the one that the leaf names, `disclosure-invalid` for a
 * disclosure of another section, and `token-malformed` for a disclosure with an action of scope `all`.
 */
export async function verifyDeliveredAction(
  delivered: DeliveredAction,
  context: HandedContext,
): Promise<ReceivedAction> {
  // Not copied: a decoded message has its defaults on its prototype, and a copy of its own members lacks
  // them.
  const action = await verifyHandedAction(delivered, context);
  const { disclosure } = delivered;
  if (action.own !== undefined) return { ...action, disclosure: ownDisclosure(disclosure, action.own) };
  if (disclosure !== '') throw fail('token-malformed', 'an action for all holders comes with a disclosure');
  return { ...action, disclosure: undefined };
}

type HandedContext = ActionContext & { readonly recipient: OrgId };

/**
 * Verifies an action and this recipient's leaf in it, without a disclosure. Throws as `verifyJws` and
 * `parseActionClaims` do, `digest-mismatch` when leaf and path do not lead to the signed root,
 * `audience-mismatch` for the leaf of another holder, and `token-malformed` for a malformed leaf, a missing
 * one, or one with scope `all`.
 */
export async function verifyHandedAction(
  handed: Omit<DeliveredAction, 'disclosure'>,
  { recipient, ...context }: HandedContext,
): Promise<HandedAction> {
  const { payload, key } = await verifyJws(handed.statement, expectedOf(context));
  const claims = parseActionClaims(payload);
  const named = { ...claims, digest: digest(handed.statement), kid: key.kid };
  if (claims.tree === undefined) {
    checkBare(handed);
    return { ...named, own: undefined };
  }
  const own = ownPart(handed, claims);
  if (own.to !== recipient) throw fail('audience-mismatch', 'the leaf of an action is for another holder');
  return { ...named, own };
}

function checkBare({ leaf, index, path }: Omit<DeliveredAction, 'disclosure'>): void {
  if (!leaf && index === 0 && path.length === 0) return;
  throw fail('token-malformed', 'an action for all holders comes with a leaf');
}

function ownPart(
  { leaf, index, path }: Omit<DeliveredAction, 'disclosure'>,
  { tree, verb }: ActionClaims,
): ListedPart {
  if (!leaf || tree === undefined) throw fail('token-malformed', 'an action comes without its leaf');
  const root = rootFrom(leafHash(leafData(leaf)), { index, size: tree.size }, path);
  if (root === undefined || !Buffer.from(decodeBase64url(tree.root)).equals(root)) {
    throw fail('digest-mismatch', 'the leaf of an action does not lead to its root');
  }
  return parseListedPart(verb, parseStrictJson(leaf.part));
}

function ownDisclosure(text: string, own: ListedPart): string | undefined {
  const isNamed = 'disclosure' in own;
  if (!isNamed && text === '') return undefined;
  if (!isNamed || digest(text) !== own.disclosure) {
    throw fail('digest-mismatch', 'the disclosure is not the one that the action names');
  }
  if (readDisclosure(text).name === own.section) return text;
  throw fail('disclosure-invalid', 'a disclosure is of another section');
}
