import type { JsonObject } from '../../shared/kernel/json-object.js';

/** The content of a stored copy: its header and the sections that were disclosed. */
export interface CopyContent {
  readonly header: JsonObject;
  readonly sections: JsonObject;
}

/**
 * Decodes a copy from the gateway's own database. It was verified before it was stored and is not verified again, so that
 * a copy that has expired, or whose key was revoked since, can be shown until it is erased.
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

/** Decodes an own notice with its sections as they were submitted, without its routing, which is for the hub. */
export function readOwnCopy(sdJwt: string): CopyContent {
  const { header, sections } = readStoredCopy(sdJwt);
  const { routing: _, ...others } = sections;
  return { header, sections: others };
}

function json(base64url: string): unknown {
  return JSON.parse(Buffer.from(base64url, 'base64url').toString('utf8'));
}

/** All texts and numbers of a JSON value, separated by spaces, for the search index. */
export function searchableWords(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (typeof value !== 'object' || value === null) return '';
  return Object.values(value).map(searchableWords).join(' ');
}
