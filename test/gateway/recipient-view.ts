import { isJsonObject } from '../../services/shared/kernel/json-object.js';
import { frames } from '../../services/shared/wire/frames.js';
import { parseSubject } from '../../services/shared/wire/subjects.js';

/** A message of IN as received by its recipient. */
export interface Received {
  readonly subject: string;
  readonly headers: readonly string[];
  readonly bytes: Uint8Array;
}

/** Ids, times, salts and values derived from them; everything else must be equal. */
const MASKED = new Set(
  `id jti frame digest disclosed root salt seed records members _sd statement sdJwt held part path epoch sequence
   iat exp number issuedAt reviewAt expiresAt receivedAt`.split(/\s+/),
);

/** Returns a message without ids, times, salts and signatures, but with their lengths. */
export function viewOf({ subject, headers, bytes }: Received): object {
  const about = parseSubject(subject);
  if (about?.type !== 'delivery') return { subject, headers, bytes: bytes.length };
  const { statement, records, seed, items, traceparent } = frames.delivery.decode(bytes);
  return {
    subject: { ...about, frame: about.frame.length },
    headers,
    bytes: bytes.length,
    statement: viewOfToken(statement),
    records: records.map(({ statement: record, own, index, path }) => ({
      record: viewOfToken(record),
      own: own.map(({ salt, part }) => [salt.length, masked(jsonIn(Buffer.from(part)))]),
      index,
      path: path.map(({ length }) => length),
    })),
    seed: seed.length,
    items: items.map(({ notice, ...more }) => (notice ? viewOfNotice(notice) : more)),
    traceparent,
  };
}

/** Masks a JSON value; texts and lists of digests keep their length, numbers their digits. */
export function masked(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => masked(one, name));
  if (MASKED.has(name)) return typeof value === 'object' ? 'an object' : String(value).length;
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, masked(one, key)]));
}

function viewOfNotice(sdJwt: string): object {
  const [jwt = '', ...disclosures] = sdJwt.split('~').slice(0, -1);
  const disclosed = disclosures.map((text) => jsonIn(Buffer.from(text, 'base64url')) as readonly unknown[]);
  // The order of the disclosures is random.
  const sections = disclosed.map(([salt, ...rest]) => [String(salt).length, ...rest]);
  return {
    jwt: viewOfToken(jwt),
    sections: sections.toSorted((a, b) => String(a[1]).localeCompare(String(b[1]))),
  };
}

function viewOfToken(token: string): readonly unknown[] {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const parts = [header, payload].map((part) => masked(jsonIn(Buffer.from(part, 'base64url'))));
  return [token.length, ...parts, signature.length];
}

function jsonIn(bytes: Buffer): unknown {
  return JSON.parse(bytes.toString('utf8'));
}
