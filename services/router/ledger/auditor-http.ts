import { decodeBase64url } from '../../shared/kernel/base64url.js';
import { fail, LiaisonError } from '../../shared/kernel/errors.js';
import { parseStrictJson } from '../../shared/kernel/strict-json.js';

/** A record of the auditor's archive. */
export interface ArchivedRecord {
  /** Number in the archive, from 1. */
  readonly number: number;
  /** Epoch of the LEDGER stream that the record came from. */
  readonly epoch: string;
  readonly seq: number;
  readonly subject: string;
  readonly bytes: Uint8Array;
}

/** Reads the next batch of the auditor's archive from a number on; empty at its end. Throws `unreachable`. */
export type ReadArchive = (from: number) => Promise<readonly ArchivedRecord[]>;

/** Records in one answer: each may have some hundred KiB, and a batch must fit into memory. */
const BATCH_SIZE = 50;
const READ_TIMEOUT_MS = 20_000;
/** Limits of one line: a record of up to 1 MiB in base64url, a third larger. */
const LINE_LIMITS = { bytes: 2 * 1024 * 1024, depth: 2, nodes: 16 } as const;

/** Creates a reader over the auditor's HTTP API; `token` has the scope `records:read`. */
export function createReadArchive(url: string, token: string): ReadArchive {
  return async (from) => {
    const text = await get(`${url}/v1/records?from=${from}&limit=${BATCH_SIZE}`, token);
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => parseKept(parseStrictJson(line, LINE_LIMITS)));
  };
}

async function get(url: string, token: string): Promise<string> {
  try {
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(READ_TIMEOUT_MS),
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
  if (!sound) throw fail('unreachable', 'the answer of the auditor has an unexpected form');
  return {
    number: number as number,
    epoch: epoch as string,
    seq: seq as number,
    subject: subject as string,
    bytes: decodeBase64url(record as string),
  };
}
