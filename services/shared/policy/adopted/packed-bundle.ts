import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { fail } from '../../kernel/errors.js';
import { parseStrictJson } from '../../kernel/strict-json.js';
import type { Digest } from '../policies.js';
import {
  bundleDocument,
  MAX_BUNDLE_BYTES,
  MAX_BUNDLE_FILES,
  parseBundle,
  type PolicyBundle,
} from './bundle.js';

/** The maximum size of a packed bundle, in bytes: packed rules have about an eighth of their length. */
export const MAX_PACKED_BYTES = MAX_BUNDLE_BYTES / 2;
/** Limits on a bundle as JSON, in which line breaks and quotes take two bytes. */
const LIMITS = { bytes: 2 * MAX_BUNDLE_BYTES, depth: 3, nodes: 2 * MAX_BUNDLE_FILES + 8 } as const;

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/**
 * Returns the document of a bundle as JSON, compressed with gzip. Rejects with `oversize` beyond `MAX_PACKED_BYTES`.
 */
export async function packBundle(bundle: PolicyBundle): Promise<Uint8Array> {
  const text = Buffer.from(JSON.stringify(bundleDocument(bundle)));
  const packed = await pack(text, { level: 9 });
  if (text.length <= LIMITS.bytes && packed.length <= MAX_PACKED_BYTES) return packed;
  throw fail('oversize', 'the policies are too large to be stored by the auditor');
}

/**
 * Reads a packed bundle and checks it against the digest by which it was asked for. Rejects with `digest-mismatch` for other
 * bytes, and as `parseBundle` does.
 */
export async function unpackBundle(packed: Uint8Array, named: string, digest: Digest): Promise<PolicyBundle> {
  const bytes = await unpack(packed, { maxOutputLength: LIMITS.bytes }).catch(() => undefined);
  if (bytes === undefined) throw fail('digest-mismatch', 'the bytes are not a packed bundle of policies');
  const bundle = parseBundle(parseStrictJson(bytes.toString(), LIMITS), digest);
  if (bundle.digest === named) return bundle;
  throw fail('digest-mismatch', 'a bundle of policies does not have the digest that it was asked for by');
}
