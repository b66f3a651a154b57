import { encodeBase64url } from '../kernel/base64url.js';
import { seconds } from '../kernel/clock.js';
import { fail } from '../kernel/errors.js';
import { groupBy } from '../kernel/group-by.js';
import type { NoticeId, OrgId } from '../kernel/ids.js';
import { parseStrictJson } from '../kernel/strict-json.js';
import { type ActionVerb, scopeOf } from '../notice/action-verbs.js';
import { digest } from '../trust/digest.js';
import type { Directory } from '../trust/directory.js';
import { readDisclosure } from '../trust/disclosure.js';
import { type Claims, type Expected, signJws, verifyJws } from '../trust/jws.js';
import { readFront } from '../trust/parse-compact-jws.js';
import { claimsIn } from '../trust/token-claims.js';
import type { Signer } from '../trust/keys.js';
import { leafHash, treeOfHashes } from '../trust/merkle.js';
import { leafData } from '../trust/signed-set.js';
import type { Action, ActionLeaf, LedgerRecord } from '../wire/frames.js';
import { type ActionClaims, type ActionTree, parseActionClaims } from './action-claims.js';
import { drawLeaves } from './action-leaves.js';
import { type ListedPart, parseListedPart } from './listed-part.js';
import type { ActionPart, ActPart } from './record-own-parts.js';

/** The content of an action that its originator is about to sign. */
export interface ActionContent {
  readonly id: NoticeId;
  readonly number: number;
  readonly verb: ActionVerb;
  readonly reason?: string;
  /** In seconds since 1970; for `suspend` only, and required there. */
  readonly until?: number;
  /** In seconds since 1970; for `extend` only, and required there. */
  readonly expiresAt?: number;
  /** For `review` only, and required there: the compact JWS of the person who reviewed. */
  readonly review?: string;
  /** For verbs of scope `listed`: at least one, each for another holder. */
  readonly listed?: readonly ListedPart[];
  /** For `unseal`: the texts of the disclosures that the parts name. */
  readonly disclosures?: readonly string[];
}

interface ActionSigning {
  /** The originator's key of use `notice`. */
  readonly signer: Signer;
  readonly federation: string;
  readonly now: Date;
  /** Number of members of the directory; decoys fill the leaves up to the next power of two. */
  readonly members: number;
}

/**
 * Signs an action. Its leaves are shuffled among decoys, which a holder cannot tell from the leaves of other
 * holders. Throws as `verifyAction` does for content that it would refuse.
 */
export async function signAction(content: ActionContent, signing: ActionSigning): Promise<Action> {
  const { signer, federation, now, members } = signing;
  const { listed = [], disclosures = [], ...plain } = content;
  const scope = scopeOf(content.verb);
  const leaves = scope === 'listed' ? drawLeaves(listed, members) : [];
  const tree = scope === 'listed' ? treeOfLeaves(leaves) : {};
  const claims = { iss: signer.owner, aud: federation, iat: seconds(now), ...plain, scope, ...tree };
  const parsed = parseActionClaims(claims);
  const action = { statement: await signJws('action+jws', claims, signer), leaves, disclosures };
  readDisclosures(disclosures, readListed(action, parsed));
  return action;
}

/** A verified action with all of its leaves, as only its originator and the routers have it. */
export interface VerifiedAction extends ActionClaims {
  /** Digest of the statement, which names the action. */
  readonly digest: string;
  readonly kid: string;
  /** The leaves in clear, one for each holder meant; empty with scope `all`. */
  readonly listed: readonly ListedPart[];
  /** The disclosures beside it, by digest. */
  readonly disclosures: ReadonlyMap<string, string>;
}

/** The directory by which an action is verified, and the organisation that must have signed it. */
export interface ActionContext {
  readonly directory: Directory;
  readonly originator: OrgId;
  readonly now: Date;
  /** When the ledger recorded it: a key revoked later is still accepted. */
  readonly recorded?: Date;
}

/**
 * Verifies an action with its leaves and disclosures. Throws as `verifyJws` and `parseActionClaims` do,
 * `digest-mismatch` for leaves that are not the signed ones, `token-malformed` for malformed leaves, two
 * leaves for one holder, or disclosures other than those that the leaves name, and `disclosure-invalid` for a
 * disclosure of another section than its leaf names.
 */
export async function verifyAction(action: Action, context: ActionContext): Promise<VerifiedAction> {
  const { payload, key } = await verifyJws(action.statement, expectedOf(context));
  const claims = parseActionClaims(payload);
  const listed = readListed(action, claims);
  const disclosures = readDisclosures(action.disclosures, listed);
  return { ...claims, digest: digest(action.statement), kid: key.kid, listed, disclosures };
}

/** An action as a record holds it: without disclosures. */
export type RecordedAction = Omit<VerifiedAction, 'disclosures'>;

/**
 * Reads a recorded action without verifying its signature, as a router did before it recorded the action.
 * Throws as `verifyAction` does for malformed claims or leaves.
 */
export function readRecordedAction(action: Action): RecordedAction {
  const { kid } = readFront(action.statement, 'action+jws');
  const claims = parseActionClaims(claimsIn(action.statement) as Claims);
  return { ...claims, digest: digest(action.statement), kid, listed: readListed(action, claims) };
}

/** The actions of a report, what it says of them, and the members that it hands them to. */
interface HandedActions {
  readonly org: OrgId;
  readonly beside: Pick<LedgerRecord, 'actions'>;
  /** In the order of the actions beside the report. */
  readonly actions: readonly ActionPart[];
  readonly acts: readonly Pick<ActPart, 'to' | 'digest'>[];
}

/**
 * Verifies the actions beside a report: against their own signed trees, and against the parts of the report about them.
 * Throws as `readRecordedAction` does, and `digest-mismatch` if a part says something else than the action, for a
 * disclosure, which no record holds, or if the leaf of a holder that is handed the action is not in clear: what the action
 * asks of the holder would stay hidden.
 */
export function verifyActionsIn({
  org,
  beside: { actions = [] },
  actions: parts,
  acts,
}: HandedActions): void {
  if (actions.length === 0) return;
  const handed = groupBy(acts, (part) => part.digest);
  for (const [at, action] of actions.entries()) {
    const read = readRecordedAction(action);
    if (read.originator !== org || !isAbout(parts[at], read))
      throw fail('digest-mismatch', 'a part about an action says something else than the action');
    if (action.disclosures.length > 0) throw fail('digest-mismatch', 'a record holds a disclosure');
    if (read.scope === 'all') continue;
    const clear = new Set(read.listed.map(({ to }) => to));
    if (handed.get(read.digest)?.some(({ to }) => !clear.has(to)))
      throw fail('digest-mismatch', 'the leaf of a holder that is handed an action is hidden');
  }
}

const ABOUT = ['digest', 'id', 'number', 'verb', 'scope', 'until', 'expiresAt'] as const;

function isAbout(part: ActionPart | undefined, action: RecordedAction): boolean {
  return part !== undefined && ABOUT.every((name) => part[name] === action[name]);
}

/** Returns what the token of an action must satisfy: its type, key use, issuer, audience and times. */
export function expectedOf({ directory, originator, ...times }: ActionContext): Expected {
  return {
    typ: 'action+jws',
    use: 'notice',
    key: directory.key,
    issuer: originator,
    audience: directory.federation,
    ...times,
  };
}

function readListed({ leaves }: Action, { verb, tree, originator }: ActionClaims): readonly ListedPart[] {
  if (tree === undefined) {
    if (leaves.length > 0) throw malformed('leaves although its scope is `all`');
    return [];
  }
  // Their number is compared before they are hashed, because a frame can hold thousands of leaves.
  if (leaves.length !== tree.size || treeOfLeaves(leaves).root !== tree.root) {
    throw fail('digest-mismatch', 'the leaves are not those of the action');
  }
  const listed = leaves.flatMap(({ leaf }) =>
    leaf ? [parseListedPart(verb, parseStrictJson(leaf.part))] : [],
  );
  if (listed.length === 0) throw malformed('no leaf in clear');
  if (new Set(listed.map(({ to }) => to)).size < listed.length) throw malformed('two leaves for one holder');
  if (listed.some(({ to }) => to === originator)) throw malformed('a leaf for its originator');
  return listed;
}

/** Requires exactly the disclosures that the leaves name, each of the section that its leaf names. */
function readDisclosures(
  texts: readonly string[],
  listed: readonly ListedPart[],
): ReadonlyMap<string, string> {
  const wanted = new Map(
    listed.flatMap((part) => ('disclosure' in part ? [[part.disclosure, part.section] as const] : [])),
  );
  const found = new Map(texts.map((text) => [digest(text), text]));
  const isExact = found.size === texts.length && found.size === wanted.size;
  if (!isExact || [...wanted.keys()].some((one) => !found.has(one))) {
    throw malformed('other disclosures than its leaves name');
  }
  for (const part of listed) {
    if (!('disclosure' in part)) continue;
    const { name } = readDisclosure(found.get(part.disclosure) ?? '');
    if (name !== part.section) throw fail('disclosure-invalid', 'a disclosure is of another section');
  }
  return found;
}

/** Returns the root and the number of leaves, some of which are only hashes. Throws `token-malformed`. */
function treeOfLeaves(leaves: readonly ActionLeaf[]): ActionTree {
  const { root, size } = treeOfHashes(leaves.map(hashOf));
  return { root: encodeBase64url(root), size };
}

/**
 * Returns the RFC 9162 hash of a leaf. Throws `token-malformed` unless it has either a part or a hash of 32
 * bytes.
 */
export function hashOf({ leaf, hash }: ActionLeaf): Uint8Array {
  const isHash = hash !== undefined && hash.length > 0;
  if (leaf && !isHash) return leafHash(leafData(leaf));
  if (!leaf && isHash && hash.length === 32) return hash;
  throw malformed('a leaf without exactly one of a part and a hash of 32 bytes');
}

const malformed = (what: string) => fail('token-malformed', `an action has ${what}`);
