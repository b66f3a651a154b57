import { Ajv } from 'ajv';
import { closed, requireShape } from '../kernel/closed-schema.js';
import { compileWhenUsed } from '../kernel/compile-when-used.js';

/** A release of a member's rules that is in force. */
export interface ReleaseInForce {
  readonly version: number;
  readonly digest: string;
  /** ISO 8601. */
  readonly adoptedAt: string;
}

/** A request about a key that the hub has not answered. */
export interface WaitingKeyRequest {
  readonly use: string;
  /** The key to revoke; null for a request for the next key of the use. */
  readonly revokes: string | null;
  /** When the router got it (ISO 8601). */
  readonly since: string;
}

/** What routers know of a member beside the directory. */
export interface RoutedMember {
  /** Digests of its adopted rules, by layer. */
  readonly policies: Readonly<Record<string, string>>;
  /** Null where the hub has its rules in a folder, and for a member that has released none. */
  readonly release: ReleaseInForce | null;
  readonly keyRequests: readonly WaitingKeyRequest[];
}

/** A router's answer to `/members`, by the id of the member. */
export type RoutedMembers = Readonly<Record<string, RoutedMember>>;

const TEXT = { type: 'string', maxLength: 100 };
const release = closed({ version: { type: 'integer' }, digest: TEXT, adoptedAt: TEXT });
const waiting = closed({ use: TEXT, revokes: { ...TEXT, nullable: true }, since: TEXT });
const member = closed({
  policies: { type: 'object', additionalProperties: TEXT, maxProperties: 8 },
  release: { oneOf: [{ type: 'null' }, release] },
  keyRequests: { type: 'array', items: waiting, maxItems: 1_000 },
});
const ajv = new Ajv({ strict: true, ownProperties: true, validateSchema: false });
const isAnswer = compileWhenUsed<{ readonly members: RoutedMembers }>(
  ajv,
  closed({ members: { type: 'object', additionalProperties: member, maxProperties: 1_000 } }),
);

const ANSWER_TIMEOUT_MS = 2_000;

/**
 * Asks every router; resolves with the rules and releases that the first one to answer has, and the key requests of all, or with null
 * when none answers.
 */
export async function readRoutedMembers(urls: readonly string[]): Promise<RoutedMembers | null> {
  const answers = await Promise.all(urls.map((url) => readFrom(url).catch(() => undefined)));
  const [first, ...others] = answers.filter((answer) => answer !== undefined);
  if (first === undefined) return null;
  const requestsOf = (org: string) => others.flatMap((answer) => answer[org]?.keyRequests ?? []);
  const all = Object.entries(first).map(([org, routed]) => {
    return [org, { ...routed, keyRequests: [...routed.keyRequests, ...requestsOf(org)] }] as const;
  });
  return Object.fromEntries(all);
}

async function readFrom(url: string): Promise<RoutedMembers> {
  const response = await fetch(`${url}/members`, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
  return requireShape('members', (await response.json()) as unknown, isAnswer()).members;
}
