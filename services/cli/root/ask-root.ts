import { existsSync, rmSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { fail, LiaisonError } from '../../shared/kernel/errors.js';
import type { Home } from '../../shared/runtime/home.js';
import type { Directory } from '../../shared/trust/directory.js';
import type { KeyEntry } from '../../shared/trust/directory-key.js';
import { witnessApprovals } from '../../shared/trust/directory/witness-list.js';
import type { WitnessList } from '../../shared/trust/directory/witness-schema.js';
import type { DirectorySource } from '../../shared/trust/directory-source.js';
import { judgeKeyRequest } from '../../shared/trust/directory/judge-key-request.js';
import { type KeyRequest, openKeyRequest } from '../../shared/trust/directory/key-request.js';
import { sourceIn } from '../../shared/trust/directory/version-source.js';
import { readAnchor } from '../../shared/trust/read-directory.js';
import { readGivenFile } from '../home/read-given-file.js';
import { acceptVersion, newestDirectory, planVersion } from '../init/home-directory.js';
import { pendingRequestsOf } from '../key/local-keys.js';
import { openRootAnswer, type RootAnswer } from './root-answer.js';
import {
  MAX_ROOT_REQUEST_BYTES,
  openRootRequest,
  type OpenedRootRequest,
  rootRequestText,
} from './root-request.js';

/** What a hub asks the holder of the root key to list: keys, with the requests of members for theirs, and the next witness list. */
export interface AskedChanges {
  readonly added: readonly KeyEntry[];
  readonly requests: readonly KeyRequest[];
  readonly witnesses?: WitnessList;
}

/** Returns the request that this hub made last and that is not answered; undefined without one. Throws as `openRootRequest` does. */
export function readRootRequest({ rootRequest }: Home): OpenedRootRequest | undefined {
  if (!existsSync(rootRequest)) return undefined;
  return openRootRequest(readGivenFile(rootRequest, MAX_ROOT_REQUEST_BYTES));
}

/**
 * Returns the keys that the unanswered request lists for the hub and for members of `before`, without those that this version has
 * already and those that members may not ask for any more, such as the successor of a key that was revoked since; and its witness
 * list, if that is newer and still approved.
 */
export async function changesAsked(home: Home, before: Directory, now: Date): Promise<AskedChanges> {
  const asked = readRootRequest(home);
  if (asked === undefined) return { added: [], requests: [] };
  const opened = await Promise.all(asked.requests.map((text) => openGood(text, before, now)));
  const requests = opened.flatMap((request) => request ?? []);
  const members = [...before.organisations.keys()].flatMap(
    (id) => asked.wanted.organisations[id]?.keys ?? [],
  );
  const added = [
    ...asked.wanted.hub.keys.filter(({ kid }) => before.key(kid) === undefined),
    ...members.filter((entry) => requests.some((request) => asksFor(request, entry))),
  ];
  const witnesses = await stillApproved(asked.wanted.witnesses, before);
  return { added, requests, ...(witnesses === undefined ? {} : { witnesses }) };
}

/** Resolves to undefined for a list that `before` has or has replaced, or that no longer has enough approvals. */
async function stillApproved(
  list: WitnessList | undefined,
  before: Directory,
): Promise<WitnessList | undefined> {
  if (list === undefined || list.number <= (before.witnesses?.number ?? 0)) return undefined;
  const { by, needed } = await witnessApprovals(list, before);
  return by.length >= needed ? list : undefined;
}

/** Resolves to undefined for a request that is not allowed any more. */
async function openGood(text: string, directory: Directory, now: Date): Promise<KeyRequest | undefined> {
  try {
    const request = await openKeyRequest(text, { directory, now });
    judgeKeyRequest(request, directory, now);
    return request;
  } catch (error) {
    if (error instanceof LiaisonError) return undefined;
    throw error;
  }
}

/** True for a request of the owner of a listed key for exactly this key and person. */
export function asksFor({ wish }: Pick<KeyRequest, 'wish'>, { kid, jwk, person }: KeyEntry): boolean {
  return wish.type === 'next' && wish.key.kid === kid && wish.key.x === jwk.x && wish.person === person;
}

interface AskRootParams {
  /** Keys to list; none by default. */
  readonly added?: readonly KeyEntry[];
  /** The next witness list; that of the unanswered request by default. */
  readonly witnesses?: WitnessList;
  /** The request of a member for the added key; absent for a key of the hub. */
  readonly request?: KeyRequest;
  readonly now: Date;
  readonly say: (words: string) => void;
}

/**
 * Returns the text of a request to the holder of the root key to list keys or witnesses, with what the unanswered request asks for.
 * Changes nothing. Throws as `planVersion` and `rootRequestText` do.
 */
export async function askRoot(
  home: Home,
  { added = [], witnesses, request, now, say }: AskRootParams,
): Promise<string> {
  const directory = await newestDirectory(home, say);
  const asked = await changesAsked(home, directory, now);
  const others = asked.added.filter(({ kid }) => added.every((one) => one.kid !== kid));
  const { wanted } = await planVersion(home, {
    now,
    say,
    added: [...others, ...added],
    witnesses: witnesses ?? asked.witnesses,
  });
  const kept = asked.requests.filter((one) => others.some((entry) => asksFor(one, entry)));
  const requests = [...kept, ...(request === undefined ? [] : [request])].map(({ text }) => text);
  return rootRequestText({ before: directory, wanted, requests });
}

/** Throws `statement-conflict` unless a signed version holds what is wanted, whatever its number and dates. */
export function requireAsked({ frame }: Directory, wanted: DirectorySource): void {
  const source = sourceIn(frame);
  const { version, previous, issuedAt, nextUpdate } = source;
  if (isDeepStrictEqual(source, { ...wanted, version, previous, issuedAt, nextUpdate })) return;
  throw fail(
    'statement-conflict',
    'the signed version does not hold what this hub would ask for now: make the request again',
  );
}

/**
 * Opens the answer to the request that this hub made last. Throws `request-used` where none waits for an answer, and as `openRootAnswer`.
 */
export async function openAnswerTo(
  home: Home,
  bytes: Uint8Array,
  now: Date,
): Promise<RootAnswer & { readonly asked: OpenedRootRequest }> {
  const asked = readRootRequest(home);
  if (asked === undefined)
    throw fail('request-used', 'no request to the holder of the root key waits: an answer can be used once');
  const answer = await openRootAnswer(bytes, { request: asked.digest, root: readAnchor(home), now });
  return { ...answer, asked };
}

interface Accepted {
  readonly directory: Directory;
  readonly kids: readonly string[];
  readonly witnesses: WitnessList | undefined;
}

/**
 * Takes in the version of the directory in which the holder of the root key lists what this hub asked for; returns it, with the ids of
 * the keys and the witness list. The caller holds `lockDirectory`. Throws `usage` for an answer that admits a member, and as `openAnswerTo`,
 * `requireAsked` and `acceptVersion` do.
 */
export async function acceptChanges(
  home: Home,
  bytes: Uint8Array,
  { now, say }: Pick<AskRootParams, 'now' | 'say'>,
): Promise<Accepted> {
  const { asked, directory } = await openAnswerTo(home, bytes, now);
  if (asked.welcome !== undefined)
    throw fail('usage', 'the answer admits a member: `org admit` with `--signed` takes it in');
  const newest = await newestDirectory(home, say);
  const changes = await changesAsked(home, newest, now);
  const { added, witnesses } = changes;
  const { before, wanted } = await planVersion(home, { now, say, added, witnesses });
  requireAsked(directory, wanted);
  const accepted = await acceptVersion(home, directory.frame, before);
  endRootRequest(home, changes);
  return { directory: accepted, kids: added.map(({ kid }) => kid), witnesses };
}

/** Removes the request that was answered, and the key requests that the answer grants. */
export function endRootRequest(home: Home, { requests }: AskedChanges): void {
  for (const { text } of requests) pendingRequestsOf(home).remove(text);
  voidRootRequest(home);
}

/** Removes the request that this hub made last: no answer to it is taken any more. */
export function voidRootRequest({ rootRequest }: Home): void {
  rmSync(rootRequest, { force: true });
}
