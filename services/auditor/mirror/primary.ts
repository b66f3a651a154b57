import { boundedLines } from '../../shared/kernel/bounded-lines.js';
import { decodeBase64url } from '../../shared/kernel/base64url.js';
import { closed } from '../../shared/kernel/closed-schema.js';
import { compileWhenUsed } from '../../shared/kernel/compile-when-used.js';
import { fail, LiaisonError } from '../../shared/kernel/errors.js';
import { parseStrictJson } from '../../shared/kernel/strict-json.js';
import { withDeadline } from '../../shared/kernel/with-deadline.js';
import type { KeptEntry } from '../../shared/store/append/archived-entry.js';
import { ENTRY_BYTES, type Tile, tilePath } from '../../shared/tlog/tiles.js';
import type { ShownLogLife } from '../../shared/wire/shown-ledger.js';
import type { LogLife } from '../log/life-file.js';
import type { CosignedRoot } from '../log/root-signature.js';
import { mirrorAjv, parseMirroredRecord } from './mirrored-record.js';

/** The auditor that a mirror follows. Nothing that it answers is verified; every answer has a bound and a deadline. */
export interface Primary {
  /** The newest checkpoint that it published, with the cosignatures that it has for it. Throws `not-ready` before the first. */
  checkpoint(): Promise<string>;
  /** Its newest quorate checkpoint with the signature over the root; undefined before the first. */
  signedRoot(): Promise<CosignedRoot | undefined>;
  /** A tile of exactly this width. */
  tile(tile: Tile): Promise<Uint8Array>;
  /** The records of its file from a number on, as many as fit into one answer and at most `limit`. */
  records(from: number, limit?: number): Promise<readonly KeptEntry[]>;
  /** The life of its log, and the numbers of the records of the order that began it; undefined if it does not say. */
  life(): Promise<LogLife | undefined>;
  /** The signed directory that it uses. */
  directory(): Promise<Uint8Array>;
}

interface PrimaryParams {
  readonly url: string;
  /** A token with the scopes `records:read` and `log:read`. */
  readonly token: string;
  readonly signal: AbortSignal;
  /** How long an answer may take, in milliseconds. */
  readonly answerMs?: number;
}

const ANSWER_TIMEOUT_MS = 20_000;
/** The maximum size of a note, and of a note with the signature over its root. */
const MAX_NOTE_BYTES = 131_072;
const MAX_ROOT_BYTES = 2 * MAX_NOTE_BYTES;
const MAX_LIFE_BYTES = 256;
/** The largest directory: a message of the broker. */
const MAX_DIRECTORY_BYTES = 1_048_576;
/** Records in one request, and how many bytes of an answer are read. */
const PAGE = 200;
const MAX_PAGE_BYTES = 8 * 1024 * 1024;
/** The longest line: a message of the broker in base64url, and where it was in the stream. */
const MAX_LINE_BYTES = 2 * 1024 * 1024;

/** Creates the client. Its methods throw `unreachable`, `timed-out`, `forbidden`, `oversize` and what the parsers throw. */
export function createPrimary(params: PrimaryParams): Primary {
  const get = (path: string, maxBytes: number): Promise<Uint8Array | undefined> =>
    request(params, path, (body) => boundedBytes(body, maxBytes));
  const expect = async (path: string, maxBytes: number): Promise<Uint8Array> => {
    const bytes = await get(path, maxBytes);
    if (bytes === undefined) throw fail('not-ready', `the auditor has no \`/${path}\``);
    return bytes;
  };
  return {
    checkpoint: async () => Buffer.from(await expect('checkpoint', MAX_NOTE_BYTES)).toString('utf8'),
    signedRoot: async () => {
      const bytes = await get('v1/checkpoint/cose', MAX_ROOT_BYTES);
      return bytes === undefined ? undefined : parseCosignedRoot(bytes);
    },
    tile: async (tile) => {
      const length = tile.width * ((tile.level === 'entries' ? 2 : 0) + ENTRY_BYTES);
      const bytes = await expect(tilePath(tile), length);
      if (bytes.length === length) return bytes;
      throw fail('note-malformed', `\`${tilePath(tile)}\` has ${bytes.length} bytes instead of ${length}`);
    },
    records: async (from, limit = PAGE) => {
      const read = (body: Response['body']): Promise<readonly KeptEntry[]> =>
        readRecords(body, { from, limit });
      return (await request(params, `v1/records?from=${from}&limit=${limit}`, read)) ?? [];
    },
    life: async () => {
      const bytes = await get('v1/log/life', MAX_LIFE_BYTES);
      return bytes === undefined ? undefined : parseShownLife(bytes);
    },
    directory: () => expect('v1/directory', MAX_DIRECTORY_BYTES),
  };
}

/** Sends a request and reads the body of its answer within the deadline; undefined for a 404. A redirect is not followed. */
async function request<T>(
  { url, token, signal, answerMs = ANSWER_TIMEOUT_MS }: PrimaryParams,
  path: string,
  read: (body: Response['body']) => Promise<T>,
): Promise<T | undefined> {
  return withDeadline({ signal, ms: answerMs }, async (soon) => {
    try {
      const headers = { authorization: `Bearer ${token}` };
      const answer = await fetch(`${url.replace(/\/$/, '')}/${path}`, {
        headers,
        redirect: 'manual',
        signal: soon,
      });
      if (answer.ok) return await read(answer.body);
      await answer.body?.cancel();
      if (answer.status === 404) return undefined;
      const isRefused = answer.status === 401 || answer.status === 403;
      throw fail(isRefused ? 'forbidden' : 'unreachable', `the auditor answered ${answer.status}`);
    } catch (cause) {
      if (cause instanceof LiaisonError) throw cause;
      if (soon.aborted) throw fail('timed-out', 'the auditor did not answer in time');
      throw new LiaisonError('unreachable', 'the auditor cannot be reached', { cause });
    }
  });
}

/** Reads a body up to its bound; leaving the loop ends the transfer. Throws `oversize`. */
async function boundedBytes(body: Response['body'], maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > maxBytes) throw fail('oversize', `an answer of the auditor has more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Reads the lines of records until the answer ends or has enough of them, and requires their numbers to be without gaps. */
async function readRecords(
  body: Response['body'],
  { from, limit }: { readonly from: number; readonly limit: number },
): Promise<readonly KeptEntry[]> {
  const records: KeptEntry[] = [];
  let length = 0;
  for await (const line of boundedLines(body ?? emptyBody(), MAX_LINE_BYTES)) {
    const record = parseMirroredRecord(line);
    const expected = from + records.length;
    if (record.number !== expected)
      throw fail('record-dropped', `the auditor lists record ${record.number} in the place of ${expected}`);
    records.push(record);
    length += line.length;
    if (length >= MAX_PAGE_BYTES || records.length === limit) break;
  }
  return records;
}

async function* emptyBody(): AsyncGenerator<Uint8Array> {}

const isCosignedRoot = compileWhenUsed<Readonly<Record<keyof CosignedRoot, string>>>(
  mirrorAjv,
  closed({
    note: { type: 'string', maxLength: MAX_NOTE_BYTES },
    protected: { type: 'string', maxLength: 512 },
    signature: { type: 'string', maxLength: 86 },
  }),
);

/** Reads a note with the signature over its root, neither of them verified. Throws `json-…`, `schema-invalid`, `token-malformed`. */
export function parseCosignedRoot(bytes: Uint8Array): CosignedRoot {
  const value: unknown = parseStrictJson(bytes, { bytes: MAX_ROOT_BYTES, depth: 2, nodes: 8 });
  const isRoot = isCosignedRoot();
  if (!isRoot(value)) throw fail('schema-invalid', 'not a checkpoint with the signature over its root');
  const { note, protected: header, signature } = value;
  return { note, protected: decodeBase64url(header), signature: decodeBase64url(signature) };
}

const NUMBER = { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER } as const;
const isShownLogLife = compileWhenUsed<ShownLogLife>(
  mirrorAjv,
  closed({ life: NUMBER, record: NUMBER, proposal: NUMBER }, ['record', 'proposal']),
);

/** Reads which life of its log an auditor is in, which is not verified. Throws `json-…` and `schema-invalid`. */
function parseShownLife(bytes: Uint8Array): LogLife {
  const value: unknown = parseStrictJson(bytes, { bytes: MAX_LIFE_BYTES, depth: 2, nodes: 8 });
  const isLife = isShownLogLife();
  if (!isLife(value)) throw fail('schema-invalid', 'not a life of the log');
  const { life, record, proposal } = value;
  return record === undefined || proposal === undefined ? { life } : { life, begunBy: { record, proposal } };
}
