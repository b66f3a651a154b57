import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { decodeBase64url } from '../../../shared/kernel/base64url.js';
import { fail, LiaisonError } from '../../../shared/kernel/errors.js';
import { parseStrictJson } from '../../../shared/kernel/strict-json.js';
import { type RoutedNotice, routedNotices } from '../../../shared/ledger/routed-notices.js';
import type { Home } from '../../../shared/runtime/home.js';
import { unpackEntry } from '../../../shared/store/append/archived-entry.js';
import { scanAppendFile } from '../../../shared/store/append/scan-file.js';
import { readSecret } from '../../../shared/trust/secret-file.js';
import { findRunning } from '../../home/run-file.js';

/**
 * Yields every notice that the auditor recorded, with the recipients that rules decided about, in the order of the ledger.
 * Reads over HTTP while a federation runs, else from the auditor's file. Leaves out narrowings, as their notices were
 * yielded before. The auditor verified each record when it stored it. Throws `unreachable`, `config-invalid`.
 */
export async function* recordedNotices(home: Home): AsyncGenerator<RoutedNotice> {
  const run = findRunning(home);
  const records = run === undefined ? recordsOfFile(home) : recordsOverHttp(home, run.auditor);
  for await (const bytes of records) yield* routedNotices(bytes);
}

async function* recordsOfFile(home: Home): AsyncGenerator<Uint8Array> {
  const path = join(home.auditorData, 'records');
  if (!existsSync(path)) {
    throw fail('unreachable', `no federation runs, and the auditor's file \`${path}\` cannot be read`);
  }
  for await (const { bytes: packed } of scanAppendFile(path)) {
    const { bytes, ruledOut } = unpackEntry(packed);
    if (ruledOut === undefined) yield bytes;
  }
}

/** Records for each request; a record may have some hundred KiB. */
const BATCH = 100;
const RESPONSE_TIMEOUT_MS = 20_000;
/** Limits of one line: a record of up to 1 MiB in base64url. */
const LINE_LIMITS = { bytes: 2 * 1024 * 1024, depth: 2, nodes: 16 } as const;

async function* recordsOverHttp(home: Home, url: string): AsyncGenerator<Uint8Array> {
  const token = readSecret(home.hub('auditor', 'federation.token'));
  for (let from = 1; ; from += BATCH) {
    const text = await get(`${url}/v1/records?from=${from}&limit=${BATCH}`, token);
    const lines = text.split('\n').filter((line) => line !== '');
    for (const line of lines) yield* recordIn(parseStrictJson(line, LINE_LIMITS));
    if (lines.length < BATCH) return;
  }
}

/** Decodes the record of a line; empty for a record that was ruled out. */
function recordIn(value: unknown): readonly Uint8Array[] {
  const { record, ruledOut } = Object(value) as { readonly record?: unknown; readonly ruledOut?: unknown };
  if (ruledOut !== undefined) return [];
  if (typeof record === 'string') return [decodeBase64url(record)];
  throw fail('unreachable', 'the response of the auditor has an unknown format');
}

async function get(url: string, token: string): Promise<string> {
  const headers = { authorization: `Bearer ${token}` };
  const signal = AbortSignal.timeout(RESPONSE_TIMEOUT_MS);
  const response = await fetch(url, { headers, signal }).catch((cause: unknown) => {
    throw new LiaisonError('unreachable', `the auditor \`${new URL(url).origin}\` cannot be reached`, {
      cause,
    });
  });
  if (response.ok) return response.text();
  throw fail('unreachable', `the auditor answered ${response.status}`);
}
