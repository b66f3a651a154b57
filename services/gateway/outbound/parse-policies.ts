import { decodeBase64 } from '../../shared/kernel/base64.js';
import { MAX_RELEASE_BYTES } from '../../shared/wire/frame-limits.js';

/** A part of the packed files in force, as the hub answers it. */
export interface PoliciesPart {
  /** The signed statement of the release that has the files; null for files that are in no release, and for none. */
  readonly statement: string | null;
  /** When the ledger recorded the release; null without one. */
  readonly recordedAt: string | null;
  /** Bytes of all parts together; 0 where nothing is in force. */
  readonly size: number;
  readonly files: Uint8Array;
}

/** Parses the answer to a question of type `policies`; undefined if it has another form. */
export function parsePoliciesPart(answer: Readonly<Record<string, unknown>>): PoliciesPart | undefined {
  const { statement, recordedAt, size, files, ...more } = answer;
  const part = typeof files === 'string' ? decodeBase64(files) : undefined;
  if (part === undefined || Object.keys(more).length > 0 || !isSize(size)) return undefined;
  if (statement === null && recordedAt === null) return { statement, recordedAt, size, files: part };
  if (typeof statement !== 'string' || typeof recordedAt !== 'string' || size === 0) return undefined;
  const at = new Date(recordedAt);
  if (!Number.isFinite(at.getTime())) return undefined;
  return { statement, recordedAt: at.toISOString(), size, files: part };
}

const isSize = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= MAX_RELEASE_BYTES;
