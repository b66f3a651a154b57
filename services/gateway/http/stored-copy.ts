import type { JsonObject } from '../../shared/kernel/json-object.js';

/** What a stored copy says: its header and the sections that came with it. */
export interface CopyContent {
  readonly header: JsonObject;
  readonly sections: JsonObject;
}

/**
 * Reads a copy from our own database, which was verified before it was stored: no signature, time or schema is looked
 * at again, so that what has expired or whose key was revoked since can still be shown until it is erased.
 */
export function readStoredCopy(sdJwt: string): CopyContent {
  const [jwt = '', ...disclosures] = sdJwt.split('~');
  const claims = json(jwt.split('.')[1] ?? '') as { readonly notice: JsonObject };
  const sections = disclosures.filter((text) => text !== '').map((text) => json(text) as readonly unknown[]);
  return {
    header: claims.notice,
    sections: Object.fromEntries(sections.map(([, name, value]) => [String(name), value])),
  };
}

function json(base64url: string): unknown {
  return JSON.parse(Buffer.from(base64url, 'base64url').toString('utf8'));
}

/** Every word of a value, for the search. */
export function searchableWords(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (typeof value !== 'object' || value === null) return '';
  return Object.values(value).map(searchableWords).join(' ');
}
