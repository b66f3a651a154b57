import { fail } from '../../shared/kernel/errors.js';
import type { Section } from '../../shared/notice/kinds.js';
import { digestOfDisclosures, inOrder } from '../../shared/trust/copy-digests.js';
import { hashSdJwt } from '../../shared/trust/sd-jwt.js';

/** A section's name comes right after the salt, which this gateway makes 22 characters long. */
const NAME = /^\["[\w-]{22}","([\w-]+)",/;
/** Characters of base64url that hold salt and name for certain. */
const HEAD_LENGTH = 128;

/**
 * Creates the function that returns the digest of the disclosures of these sections of one own notice, as a
 * recipient gets them. The text comes from the database: this gateway signed it itself and does not verify it
 * again. Many recipients get the same sections, so each list is hashed once.
 */
export function createOwnDisclosures(sdJwt: string): (sections: readonly Section[]) => string {
  const { jwt, disclosures } = hashSdJwt(sdJwt);
  const claims = JSON.parse(textIn(jwt.split('.', 2)[1] ?? '')) as { readonly _sd: readonly string[] };
  const order = new Map<unknown, number>(claims._sd.map((one, at) => [one, at]));
  const ordered = inOrder(disclosures, order).map((text) => ({ name: nameOf(text), text }));
  const known = new Map<string, string>();
  return (sections) => {
    const name = sections.join();
    const wanted = new Set<string>(sections);
    const found =
      known.get(name) ??
      digestOfDisclosures(ordered.filter((one) => wanted.has(one.name)).map(({ text }) => text));
    known.set(name, found);
    return found;
  };
}

function nameOf(disclosure: string): string {
  const [, name] = NAME.exec(textIn(disclosure.slice(0, HEAD_LENGTH))) ?? [];
  if (name !== undefined) return name;
  throw fail('internal', 'a stored disclosure is not of the form that this gateway makes');
}

function textIn(base64url: string): string {
  return Buffer.from(base64url, 'base64url').toString('utf8');
}
