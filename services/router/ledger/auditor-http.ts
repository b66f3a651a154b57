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
  /** True for a ruled-out record; `bytes` are then the command. */
  readonly isRuledOut: boolean;
}

/** Reads the next batch of the auditor's archive from a number on; empty at its end. Throws `unreachable`. */
export type ReadArchive = (from: number) => Promise<readonly ArchivedRecord[]>;

/** Finds the bytes of a record in the auditor's archive by the digest of its statement. Throws `unreachable`. */
export type FindArchived = (digest: string) => Promise<Uint8Array | undefined>;

/** Records in one answer: each may have some hundred KiB, and a batch must fit into memory. */
const BATCH_SIZE = 50;
const READ_TIMEOUT_MS = 20_000;
/** Limits of one line: a record of up to 1 MiB in base64url, a third larger. */
const LINE_LIMITS = { bytes: 2 * 1024 * 1024, depth: 2, nodes: 16 } as const;

/** Reads the auditor's archive. */
export interface ArchiveClient {
  readonly readArchive: ReadArchive;
  readonly findArchived: FindArchived;
}

/** Creates a reader over the auditor's HTTP API; `token` has the scope `records:read`. */
export function createArchiveClient(url: string, token: string): ArchiveClient {
  const parse = (line: string): ArchivedRecord => parseKept(parseStrictJson(line, LINE_LIMITS));
  return {
    readArchive: async (from) => {
      const text = await getFromAuditor(`${url}/v1/records?from=${from}&limit=${BATCH_SIZE}`, token);
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map(parse);
    },
    findArchived: async (digest) => {
      const line = await getFromAuditor(`${url}/v1/records/${digest}`, token, '');
      return line === '' ? undefined : parse(line).bytes;
    },
  };
}

/** Requests a text; returns `unknown` for a 404. Throws `unreachable` for any other answer, and without one. */
export async function getFromAuditor(url: string, token: string, unknown?: string): Promise<string> {
  const bytes = await getBytesFromAuditor(url, token);
  if (bytes !== undefined) return bytes.toString('utf8');
  if (unknown !== undefined) return unknown;
  throw fail('unreachable', 'the auditor answered 404');
}

/** Requests bytes; undefined for a 404. Throws `unreachable` for any other answer, and for none before `signal` aborts. */
export async function getBytesFromAuditor(
  url: string,
  token: string,
  signal = AbortSignal.timeout(READ_TIMEOUT_MS),
): Promise<Buffer | undefined> {
  const response = await fetchAuditor(url, token, { signal });
  if (response.status === 404) return undefined;
  if (!response.ok) throw fail('unreachable', `the auditor answered ${response.status}`);
  return Buffer.from(await response.arrayBuffer().catch(throwUnanswered));
}

/** Sends a request with a token. Resolves to the answer, whatever its status; throws `unreachable` without one. */
export function fetchAuditor(
  url: string,
  token: string,
  {
    headers = {},
    ...request
  }: Omit<RequestInit, 'headers'> & { readonly headers?: Readonly<Record<string, string>> },
): Promise<Response> {
  const named = { ...headers, authorization: `Bearer ${token}` };
  return fetch(url, { ...request, headers: named }).catch(throwUnanswered);
}

function throwUnanswered(cause: unknown): never {
  throw new LiaisonError('unreachable', 'the auditor does not answer', { cause });
}

function parseKept(value: unknown): ArchivedRecord {
  const { number, epoch, seq, subject, record, ruledOut } = Object(value) as Partial<Record<string, unknown>>;
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
    isRuledOut: ruledOut !== undefined,
  };
}
