import { isJsonObject, type JsonObject } from '../../kernel/json-object.js';
import { parseStrictJson } from '../../kernel/strict-json.js';
import type { LedgerPlace } from '../../ledger/command-content.js';
import { digest, digestOfHex } from '../../trust/digest.js';
import { claimsIn } from '../../trust/token-claims.js';
import { frames } from '../../wire/frames.js';
import type { LedgerPoint, Releases } from './releases.js';

/** A record as its holder has it, not verified here yet. */
export interface ReplayEntry {
  readonly bytes: Uint8Array;
  /** Where it is on the ledger; null where its holder does not know. */
  readonly place: LedgerPlace | null;
  /** Its number in the holder's order; undefined for an originator, which knows the time of a record alone. */
  readonly number: number | undefined;
}

/** What a record says of itself, before its signature is verified. */
export interface ClaimedRecord {
  readonly type: string;
  readonly bundle: string | undefined;
  readonly point: LedgerPoint;
  /** The parts as JSON. */
  readonly leaves: readonly { readonly part: Uint8Array }[];
}

/** Reads the claims of a record without verifying it. Throws as the strict decoder and `claimsIn` do. */
export function readClaims({ bytes, number }: ReplayEntry): ClaimedRecord {
  const { statement } = frames.record.decode(bytes);
  const { type, iat, bundle, read } = Object(claimsIn(statement?.statement ?? '')) as JsonObject;
  const at = Number(iat) * 1000;
  const sequence = isJsonObject(read) ? Number(read['sequence']) : 0;
  return {
    type: String(type),
    bundle: typeof bundle === 'string' ? bundle : undefined,
    point: {
      order: number ?? at,
      entry: number ?? sequence,
      at,
      record: digest(statement?.statement ?? ''),
    },
    leaves: statement?.leaves ?? [],
  };
}

/** True for a routing report or a narrowing. */
export function isReportType(type: string): boolean {
  return type === 'routing' || type === 'narrowing';
}

/** Notes the bundle that a record adopts, if any: a report names it, the record of a judgement, or the outcome of an operator's command. */
export function noteRelease(releases: Releases, { type, bundle, point, leaves }: ClaimedRecord): void {
  if (isReportType(type) && bundle !== undefined) releases.name(bundle, point);
  if (type !== 'command' && type !== 'adoption') return;
  const [part] = leaves.map((leaf) => parseStrictJson(leaf.part));
  const { verb, outcome, entry, bundle: judged } = Object(part) as JsonObject;
  if (type === 'adoption' && typeof judged === 'string') releases.adopt(judged, point);
  const isOfPolicies = verb === 'adopt' || verb === 'baseline';
  if (isOfPolicies && outcome === 'adopted' && typeof entry === 'string')
    releases.adopt(digestOfHex(entry), point);
}

/** The id of a notice, or a digest as the member of a part. */
const NAMES = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}|(?<="digest":")[\w-]{43}(?=")/g;

/** True when a record names one of these notices, or one of these digests. Reads the bytes as text, which is fast. */
export function isAboutAny({ bytes }: ReplayEntry, names: ReadonlySet<string>): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  for (const [name] of text.matchAll(NAMES)) if (names.has(name)) return true;
  return false;
}
