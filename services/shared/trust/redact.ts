import { fail } from '../kernel/errors.js';
import type { Section } from '../notice/kinds.js';
import { digestOfDisclosures } from './copy-digests.js';
import type { DisclosureName } from './disclosure.js';
import type { Sealed, Verified } from './open-notice.js';
import { joinSdJwt } from './sd-jwt.js';

declare const redacted: unique symbol;

/** A copy that may be sent to a recipient. Only this module creates the brand. */
export type Redacted<T> = T & { readonly [redacted]: true };

/** An SD-JWT with some disclosures dropped. */
export interface RedactedCopy {
  readonly text: string;
  /** Digest over the disclosures in it, see `digestOfDisclosures`. */
  readonly disclosed: string;
  readonly sections: readonly Section[];
}

/**
 * Returns a copy with these sections only; every other disclosure, and always the routing, is dropped. Reuses the verified
 * texts and encodes nothing again. Throws `section-unexpected` for a section that the notice does not have.
 */
export function redact(notice: Verified<Sealed>, sections: readonly Section[]): Redacted<RedactedCopy> {
  const copies = made.get(notice) ?? new Map<string, Redacted<RedactedCopy>>();
  made.set(notice, copies);
  const names = sections.join();
  const copy = copies.get(names) ?? makeCopy(notice, sections);
  copies.set(names, copy);
  return copy;
}

/** Copies by notice and sections, because many recipients receive the same; kept as long as the notice. */
const made = new WeakMap<Verified<Sealed>, Map<string, Redacted<RedactedCopy>>>();

function makeCopy(notice: Verified<Sealed>, sections: readonly Section[]): Redacted<RedactedCopy> {
  if (!sections.every((section) => notice.disclosures.has(section))) {
    throw fail('section-unexpected', 'a section to disclose is not in the notice');
  }
  const wanted = new Set<DisclosureName>(sections);
  const kept = [...notice.disclosures].filter(([name]) => wanted.has(name)).map(([, text]) => text);
  const disclosed = digestOfDisclosures(kept);
  return { text: joinSdJwt(notice.jwt, kept), disclosed, sections } as Redacted<RedactedCopy>;
}
