import { decodeBase64 } from '../../shared/kernel/base64.js';
import { fail } from '../../shared/kernel/errors.js';
import type { FrameId, OrgId } from '../../shared/kernel/ids.js';
import type { Claims } from '../../shared/trust/jws.js';
import type { LogPlace } from '../../shared/store/gateway/log/log-proofs.js';
import { parseHashLines } from '../../shared/tlog/hash-lines.js';
import type { CosignQuestion } from '../../shared/wire/cosign-question.js';
import { parseShownOverheld, type ShownOverheld } from '../../shared/wire/shown-overheld.js';
import { parseShownReleases, type ShownReleases } from '../../shared/wire/shown-releases.js';
import type { ShownStanding } from '../../shared/wire/shown-standing.js';
import { parsePoliciesPart, type PoliciesPart } from './parse-policies.js';
import { parseStanding } from './parse-standing.js';
import type { QueryClient, QueryWaiting } from './query-client.js';

/** What a gateway asks the hub about its own notices and about what it holds. Each throws as `QueryClient.ask` does. */
export interface HubQuestions {
  /**
   * Returns a page of the organisations that hold of own notices what the policies do not permit any more.
   * `after` is the `next` of the previous page; an aborted `signal` ends the wait.
   */
  overheld(after?: string, signal?: AbortSignal): Promise<ShownOverheld>;
  /** Returns the releases of this organisation; `statement` is the digest of one whose findings are wanted. */
  releases(statement?: string): Promise<ShownReleases>;
  /**
   * Returns a part of the packed files of the federation in force, or of the own ones, from the byte `from` on. Nothing in the answer
   * is verified.
   */
  policies(whose: 'federation' | 'own', from: number): Promise<PoliciesPart>;
  /**
   * Returns what the ledger has of this organisation: its newest statements; for `held`, at most 256 notices
   * of others, what became of each; with `after`, a number or the `next` of the previous page, a page of own
   * revisions.
   */
  standing(about?: StandingQuestion): Promise<ShownStanding>;
  /**
   * Returns whether an own frame is recorded, and the status of its delivery to one recipient; null if it is
   * unknown.
   */
  delivery(
    frame: FrameId,
    recipient: OrgId,
  ): Promise<{ readonly recorded: boolean; readonly status: string | null }>;
  /**
   * Returns the hub's proof, not verified, that the first `to` entries of the ledger's log begin with its first `from`
   * entries. Undefined if the hub says that the log has fewer than `to`.
   */
  consistency(sizes: {
    readonly from: number;
    readonly to: number;
  }): Promise<readonly Uint8Array[] | undefined>;
  /**
   * Returns where records, named by the digests of their statements, are in the log: at most 64. Nothing in the answer is
   * verified.
   */
  inclusion(records: readonly string[], waiting?: QueryWaiting): Promise<InclusionAnswer>;
  /**
   * Returns the record of a version of the directory, named by its digest, and its place on the log; undefined if the hub says
   * that there is none. Nothing in the answer is verified.
   */
  directory(directory: string, waiting?: QueryWaiting): Promise<DirectoryAnswer | undefined>;
  /**
   * Sends a cosignature of this gateway, with `note` the checkpoint that it is over; resolves when the auditor has verified
   * it.
   */
  cosign(cosignature: CosignQuestion): Promise<void>;
}

/** The hub's answer about the places of records in the log. */
export interface InclusionAnswer {
  /** A checkpoint with cosignatures. */
  readonly note: string;
  /** For each record that was asked about, where it is in the tree of the checkpoint; undefined if the hub says that it is not. */
  readonly places: readonly (LogPlace | undefined)[];
}

/** The hub's answer about the record of a version of the directory. */
export interface DirectoryAnswer extends InclusionAnswer {
  readonly record: Uint8Array;
}

/** What else to ask about besides the newest statements. */
interface StandingQuestion {
  readonly held?: readonly { readonly originator: string; readonly id: string }[];
  readonly after?: number | string;
}

/**
 * Longer than for other questions, because the auditor first judges every copy that it has not judged by
 * these policies; a router drops older questions.
 */
const OVERHELD_TIMEOUT_MS = 30_000;

/** Creates the questions. */
export function createHubQuestions({ ask }: Pick<QueryClient, 'ask'>): HubQuestions {
  return {
    overheld: async (after, signal) => {
      const question = { type: 'overheld', ...(after === undefined ? {} : { after }) };
      const answer = await ask(question, { timeoutMs: OVERHELD_TIMEOUT_MS, signal });
      return expected(question.type, answer, parseShownOverheld);
    },
    releases: async (statement) => {
      const question = { type: 'releases', ...(statement === undefined ? {} : { statement }) };
      return expected(question.type, await ask(question), parseShownReleases);
    },
    policies: async (whose, from) =>
      expected('policies', await ask({ type: 'policies', whose, from }), parsePoliciesPart),
    standing: async (about = {}) =>
      expected('standing', await ask({ type: 'standing', ...about }), parseStanding),
    delivery: async (frame, recipient) =>
      expected('delivery', await ask({ type: 'delivery', frame, recipient }), parseDelivery),
    consistency: async ({ from, to }) =>
      expected('consistency', await ask({ type: 'consistency', from, to }), parseProof).proof,
    inclusion: async (records, waiting) => {
      const answer = await ask({ type: 'inclusion', records }, waiting);
      return expected('inclusion', answer, (claims) => parseInclusion(claims, records.length));
    },
    directory: async (directory, waiting) => {
      const answer = await ask({ type: 'directory', directory }, waiting);
      return expected('directory', answer, parseDirectoryAnswer).found;
    },
    cosign: async ({ size, line, note }) => {
      const question = { type: 'cosign', size, line, ...(note === undefined ? {} : { note }) };
      expected(question.type, await ask(question), (answer) => answer);
    },
  };
}

function expected<T>(name: string, { type, ...answer }: Claims, parse: (answer: Claims) => T | undefined): T {
  const parsed = type === name ? parse(answer) : undefined;
  if (parsed === undefined) throw fail('token-malformed', 'an answer to another query');
  return parsed;
}

function parseDelivery({ recorded, status }: Claims) {
  const isStatus = status === null || typeof status === 'string';
  return typeof recorded === 'boolean' && isStatus ? { recorded, status } : undefined;
}

function parseProof({ proof }: Claims) {
  if (proof === null) return { proof: undefined };
  return Array.isArray(proof) ? { proof: parseHashLines(proof.map(String)) } : undefined;
}

function parseInclusion({ note, proofs }: Claims, count: number): InclusionAnswer | undefined {
  if (typeof note !== 'string' || !Array.isArray(proofs) || proofs.length !== count) return undefined;
  const places = proofs.map((proof: unknown) => (proof === null ? undefined : parsePlaceOnLog(proof)));
  return { note, places };
}

function parseDirectoryAnswer({
  record,
  ...place
}: Claims): { readonly found?: DirectoryAnswer } | undefined {
  if (record === null) return {};
  const inclusion = parseInclusion(place, 1);
  const bytes = decodeBase64(String(record));
  return inclusion && bytes && { found: { ...inclusion, record: bytes } };
}

function parsePlaceOnLog(proof: unknown): LogPlace {
  const { index, path } = Object(proof) as Claims;
  if (isIndex(index) && Array.isArray(path)) return { index, path: parseHashLines(path.map(String)) };
  throw fail('token-malformed', 'an inclusion proof without an index or a path');
}

const isIndex = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
