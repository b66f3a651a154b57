import { decodeBase64url } from '../../shared/kernel/base64url.js';
import { fail, LiaisonError } from '../../shared/kernel/errors.js';
import { parseStrictJson } from '../../shared/kernel/strict-json.js';

/** A record of the auditor's file. */
export interface ArchivedRecord {
  /** Its place in the file, from 1. */
  readonly number: number;
  /** The auditor's name for the life of the stream that it came from. */
  readonly epoch: string;
  readonly seq: number;
  readonly subject: string;
  readonly bytes: Uint8Array;
}

/** Reads the auditor's file from a number on, a batch at a time; ends with an empty batch. Throws `unreachable`. */
export type ReadArchive = (from: number) => Promise<readonly ArchivedRecord[]>;

/** A record may have some hundred KiB: a batch is to fit into memory. */
const BATCH = 50;
const TIMEOUT_MS = 20_000;
/** A line holds one record in base64url: up to 1 MiB, a third more. */
const LINE = { bytes: 2 * 1024 * 1024, depth: 2, nodes: 16 } as const;

export function createReadArchive(url: string, token: string): ReadArchive {
  return async (from) => {
    const text = await get(`${url}/v1/records?from=${from}&limit=${BATCH}`, token);
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => parseKept(parseStrictJson(line, LINE)));
  };
}

async function get(url: string, token: string): Promise<string> {
  try {
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.ok) return await response.text();
    throw fail('unreachable', `the auditor answered ${response.status}`);
  } catch (cause) {
    if (cause instanceof LiaisonError) throw cause;
    throw new LiaisonError('unreachable', 'the auditor does not answer', { cause });
  }
}

function parseKept(value: unknown): ArchivedRecord {
  const { number, epoch, seq, subject, record } = Object(value) as Partial<Record<string, unknown>>;
  const sound =
    Number.isSafeInteger(number) &&
    Number.isSafeInteger(seq) &&
    [epoch, subject, record].every((text) => typeof text === 'string');
  if (!sound) throw fail('unreachable', 'the auditor answers in another form');
  return {
    number: number as number,
    epoch: epoch as string,
    seq: seq as number,
    subject: subject as string,
    bytes: decodeBase64url(record as string),
  };
}
